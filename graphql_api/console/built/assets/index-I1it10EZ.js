var e,t,n,r,i,a,o,s,c,l,u,d=Symbol.for(`pv`),f={},p=[],m=/^m(i|n|o|s|text|space)$/,h=Array.isArray,g=p.slice,_=Object.assign;function v(e){e&&e.parentNode&&e.remove()}function y(e,t,n){var r,i,a,o={},s=arguments.length;for(a in t)a==`key`?r=t[a]:a==`ref`&&typeof e!=`function`?i=t[a]:o[a]=t[a];return s>2&&(o.children=s>3?g.call(arguments,2):n),b(e,o,r,i,null)}function b(n,r,i,a,o){var s={type:n,props:r,key:i,ref:a,__k:null,__:null,__b:0,__e:null,__c:null,constructor:d,__v:o||++t,__i:-1,__u:0};return!o&&e.vnode&&e.vnode(s),s}function x(e){return e.children}function S(e,t){this.props=e,this.context=t,this.__g=0}function C(e,t){if(t==null)return e.__&&C(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!=`function`||e.props.__P?null:C(e)}function w(t){var n,r=t.__v,i=r.__e,a=[],o=[],s=t.__P;s&&((n=_({constructor:d},r)).__v=r.__v+1,e.vnode&&e.vnode(n),re(s,n,r,t.__n,s.namespaceURI,32&r.__u?[i]:null,a,i||C(r),32&r.__u,o),n.__v=r.__v,n.__.__k[n.__i]=n,M(a,n,o),r.__=r.__e=null,n.__e!=i&&T(n))}function T(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),T(e)}function E(t){(8&t.__g||(t.__g|=8,r.push(t),a++))&&i==e.debounceRendering||((i=e.debounceRendering)||queueMicrotask)(D)}function D(){try{for(var e,t=1;r.length;)r.length>t&&r.sort(o),e=r.shift(),t=r.length,8&e.__g&&w(e)}finally{(a=r.length)&&(i||queueMicrotask)(D)}}function ee(e,t,n,r,i,a,o,s,c,l,u){var d,m,h,g,_,v,y=r.__k||p,b=t.length;for(c=O(n,t,y,c,b),d=0;d<b;d++)(h=n.__k[d])!=null&&(m=~h.__i&&y[h.__i]||f,h.__i=d,v=re(e,h,m,i,a,o,s,c,l,u),g=h.__e,(m.ref!=h.ref||8&m.__u)&&(m.ref&&N(m.ref,null,h,m),h.ref&&u.push(h.ref,h.__c||g,h)),_||=g,4&h.__u?(c=k(h,c,e,!m.__v),m.__e&&(m.__e=null)):typeof h.type==`function`&&v!==void 0?c=v:g&&(c=g.nextSibling),h.__u&=-21);return n.__e=_,c}function O(e,t,n,r,i){var a,o,s,c,l,u,f,p,m,g=n.length,_=g,v=0,y=0,S=e.__k=Array(i);for(a=0;a<i;a++)(o=t[a])!=null&&typeof o!=`boolean`&&typeof o!=`function`?(typeof o!=`object`||o.constructor===String?o=S[a]=b(null,o):h(o)?o=S[a]=b(x,{children:o}):o.constructor===d&&o.__b?o=S[a]=b(o.type,o.props,o.key,o.ref,o.__v):S[a]=o,c=a+v,o.__=e,o.__b=e.__b+1,s=null,~(l=o.__i=te(o,n,c,_))&&(_--,(s=n[l])&&(s.__u|=2)),s&&s.__v?(o.__u|=16,l==c-1?v--:l==c+1?v++:l!=c&&(l>c?v--:v++,y=1)):(~l||(i>g?v--:i<g&&v++),typeof o.type!=`function`&&(o.__u|=4))):S[a]=null;if(y){for(u=[],f=[],a=0;a<i;a++)if((o=S[a])&&16&o.__u){for(v=0,p=u.length;v<p;)u[m=v+p>>1]<o.__i?v=m+1:p=m;u[v]=o.__i,f[a]=v+1}for(v=u.length;a--;)f[a]&&(f[a]==v?v--:S[a].__u|=4)}if(_)for(a=0;a<g;a++)!(s=n[a])||2&s.__u||(s.__e==r&&(r=C(s)),se(s,s));return r}function k(e,t,n,r){var i,a,o,s;if(typeof e.type==`function`){if(e.props.__P)return t;if(i=e.__k)for(a=0;a<i.length;a++)i[a]&&(i[a].__=e,t=k(i[a],t,n,!1));return t}for(t&&!t.parentNode&&(t=C(e))&&!t.parentNode&&(t=null),o=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(o!=s&&(!r&&n.moveBefore&&o.parentNode?n.moveBefore(o,t):n.insertBefore(o,t||null)),t=o;(t&&=t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(`$s`););return t}function te(e,t,n,r){var i,a=e.key,o=e.type,s=t[n],c=s&&!(2&s.__u);if(s===null&&a==null||c&&a==s.key&&o==s.type)return n;if(r>+!!c){for(i=n-1;i>=0;i--)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i;for(i=n+1;i<t.length;i++)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i}return-1}function ne(e,t,n){n??=``,t[0]==`-`?e.setProperty(t,n):e[t]=n}function A(e,t,n,r,i){var a,o;if(t==`style`){if(typeof n==`string`)e.style.cssText=n;else{if(typeof r==`string`&&(e.style.cssText=r=``),r)for(t in r)n&&t in n||ne(e.style,t);if(n)for(t in n)r&&n[t]==r[t]||ne(e.style,t,n[t])}}else if(t[0]==`o`&&t[1]==`n`)typeof n!=`function`&&(n=null),typeof r!=`function`&&(r=null),(e.__e||={})[t]=n,n&&r||(o=u[t]||(u[t]=j(t)),(e.__a||={})[t]=l,a=t!=(t=t.replace(c,`$1`)),(t=t.slice(2))[0]<`a`&&(t=t.toLowerCase()),n?e.addEventListener(t,o,a):e.removeEventListener(t,o,a));else{if(i==`http://www.w3.org/2000/svg`)t=t.replace(/xlink(H|:h)/,`h`).replace(/sName$/,`s`);else if(t!=`width`&&t!=`height`&&t!=`href`&&t!=`list`&&t!=`form`&&t!=`tabIndex`&&t!=`download`&&t!=`rowSpan`&&t!=`colSpan`&&t!=`role`&&t!=`popover`&&t in e)try{e[t]=n??``;return}catch{}if(typeof n==`function`)return;n==null||!1===n&&t[4]!=`-`?e.removeAttribute(t):e.setAttribute(t,t==`popover`&&n==1?``:n)}}function j(t){return function(n){var r=this.__e;if(r){if(r=r[t],n[s]==null)n[s]=l++;else if(n[s]<this.__a[t])return;return r(e.event?e.event(n):n)}}}function re(t,n,r,i,a,o,s,c,l,u){var f,m,g,y,b,w,T,E,D,O,k,te,ne,A,j,re,M,N,P=n.type;if(n.constructor!==d)return null;128&r.__u&&(l=32&r.__u,f=r.__c.__z)&&(n.__u|=l,m=o=[],f.nodeType==8?c=ie(f,o):o.push(f),c=o[0]||c),(f=e.__b)&&f(n);n:if(typeof P==`function`){g=s.length;try{if(E=n.props,D=(f=P.prototype)&&f.render,O=(f=P.contextType)&&i[f.__c],k=f?O?O.props.value:f.__:i,(y=r.__c)?(n.__c=y,2&y.__g&&(y.__g|=1)):(D?n.__c=y=new P(E,k):(n.__c=y=new S(E,k),y.constructor=P,y.render=ce),O&&O.sub(y),y.state||(y.state={}),y.__n=i,y.__g|=8,y.__h=[],y.__k=[]),D&&(y.__s||(y.__s=y.state),P.getDerivedStateFromProps&&(y.__s==y.state&&(y.__s=_({},y.__s)),_(y.__s,P.getDerivedStateFromProps(E,y.__s)))),b=y.props,w=y.state,y.__v=n,r.__c){if(E!==b&&D&&!P.getDerivedStateFromProps&&y.componentWillReceiveProps&&y.componentWillReceiveProps(E,k),n.__v==r.__v&&!(8&y.__g)||!(4&y.__g)&&y.shouldComponentUpdate&&!1===y.shouldComponentUpdate(E,y.__s,k)){n.__v!=r.__v&&(y.props=E,y.state=y.__s,y.__g&=-9),n.__e=r.__e,n.__k=r.__k,n.__k.some(function(e){e&&(e.__=n)}),p.push.apply(y.__h,y.__k),y.__k=[],y.__h.length&&s.push(y),c=C(r);break n}y.componentWillUpdate&&y.componentWillUpdate(E,y.__s,k),D&&y.componentDidUpdate&&y.__h.push(function(){y.componentDidUpdate(b,w,T)})}else D&&!P.getDerivedStateFromProps&&y.componentWillMount&&y.componentWillMount(),D&&y.componentDidMount&&y.__h.push(y.componentDidMount);y.context=k,y.props=E,y.__P=t,y.__g&=-5,te=e.__r,ne=D?25:0;do y.__g&=-9,te&&te(n),f=y.render(y.props,y.state=y.__s,y.context);while(8&y.__g&&++ne<25);D&&(p.push.apply(y.__h,y.__k),y.__k=[]),y.state=y.__s,y.getChildContext&&(i=_({},i,y.getChildContext())),D&&r.__c&&y.getSnapshotBeforeUpdate&&(T=y.getSnapshotBeforeUpdate(b,w)),A=f&&f.type===x&&f.key==null?f.props.children:f,E.__P&&(f=c,a=(t=E.__P).namespaceURI,l=o=null,r.props&&r.props.__P!=t&&(r.__k.some(function(e){e&&se(e,e)}),r.__k=null),c=r.__k?C(r,0):null),c=ee(t,h(A)?A:[A],n,r,i,a,o,s,c,l,u),E.__P&&(n.__e=null,c=f),n.__u&=-161,m&&m.some(v),y.__h.length&&s.push(y),1&y.__g&&(y.__g&=-4)}catch(t){if(s.length=g,n.__v=null,l||o){if(t&&t.then){if(n.__u|=128|l,o){for(~(M=o.indexOf(c||void 0))||(M=o.length);(N=o[M-1])&&N.nodeType==8;)M--;for(;M<o.length;M++)if(N=o[M]){if(o[M]=null,j){if(N==re)break}else{if(N.nodeType!=8)break;N.data.startsWith(`$s`)&&(re=ie(j=N))}}}if(!j){for(;c&&c.nodeType==8&&c.nextSibling;)c=c.nextSibling;j=c}(f=ie(j=n.__c.__z||(n.__c.__z=j)))?(n.__e=j,c=f):n.__e=c,c&&=c.nextSibling}else o&&o.some(v)}else n.__e=r.__e;n.__k||=r.__k||[],t&&t.then||ae(n),e.__e(t,n,r)}}else c=n.__e=oe(r.__e,n,r,i,a,o,s,l,u,t);return(f=e.diffed)&&f(n),c}function ie(e,t){if(e&&e.nodeType==8&&e.data.startsWith(`$s`))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith(`$s`))n++;else if(e.data.startsWith(`/$s`)&&!--n)return e}t&&t.push(e)}}function ae(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(ae))}function M(t,n,r){for(var i=0;i<r.length;)N(r[i++],r[i++],r[i++]);e.__c&&e.__c(n,t),t.some(function(n){try{t=n.__h,n.__h=[],t.some(function(e){e.call(n)})}catch(t){e.__e(t,n.__v)}})}function oe(t,n,r,i,a,o,s,c,l,u){var d,p,_,y,b,x,S,w,T=r.props||f,E=n.props,D=n.type;if(D==`svg`?a=`http://www.w3.org/2000/svg`:D==`math`?a=`http://www.w3.org/1998/Math/MathML`:a||=`http://www.w3.org/1999/xhtml`,o){for(d=0;d<o.length;d++)if((b=o[d])&&(D?b.localName==D:b.nodeType==3)){t=b,o[d]=null;break}}if(!t){if(w=u.ownerDocument||document,!D)return w.createTextNode(E);t=w.createElementNS(a,D,E.is?E:u),c&&=(e.__m&&e.__m(n,o),!1),o=null}if(D){if(u=D==`template`&&t.content||t,o=D==`textarea`&&E.defaultValue!=null?null:o&&g.call(u.childNodes),!c&&o)for(T={},d=0;d<t.attributes.length;d++)T[(b=t.attributes[d]).name]=b.value;for(d in T)b=T[d],d==`dangerouslySetInnerHTML`?_=b:d==`children`||d in E||d==`value`&&`defaultValue`in E||d==`checked`&&`defaultChecked`in E||A(t,d,null,b,a);for(d in E)b=E[d],d==`children`?y=b:d==`dangerouslySetInnerHTML`?p=b:d==`value`?x=b:d==`checked`?S=b:c&&typeof b!=`function`||T[d]===b||A(t,d,b,T[d],a);p?(c||_&&(p.__html==_.__html||p.__html==t.innerHTML)||(t.innerHTML=p.__html),n.__k=[]):(_&&(t.textContent=``),(D==`foreignObject`||a==`http://www.w3.org/1998/Math/MathML`&&m.test(D))&&(a=`http://www.w3.org/1999/xhtml`),ee(u,h(y)?y:[y],n,r,i,a,o,s,o?o[0]:r.__k&&C(r,0),c,l),o&&o.some(v)),c&&D!=`textarea`||(d=`value`,D==`progress`&&x==null?t.removeAttribute(d):x==null||x===t[d]&&(D!=`progress`||x)||A(t,d,x,T[d],a),d=`checked`,S!=null&&S!=t[d]&&A(t,d,S,T[d],a))}else T===E||c&&t.data==E||(t.data=E);return t}function N(t,n,r,i){try{typeof t==`function`?n?n.__x=t(n)||1:(i&&=i.__c||i.__e)&&(n=i.__x)&&(i.__x=null,typeof n==`function`?n():t(null)):t.current=n}catch(t){e.__e(t,r)}}function se(t,n,r){var i,a,o,s;if(e.unmount&&e.unmount(t),!(i=t.ref)||i.current&&i.current!=t.__e||N(i,null,n,t),i=t.__c){if(i.componentWillUnmount)try{i.componentWillUnmount()}catch(t){e.__e(t,n)}i.__P=i.__n=null}if(i=t.__k)for(s=0;s<i.length;s++)i[s]&&se(i[s],n,typeof t.type!=`function`||r&&!t.props.__P);!r&&(i=t.__c)&&(i=i.__z)&&(a=ie(i,o=[]))&&(i==t.__e&&o.some(v),v(a),v(i)),r||v(t.__e),t.__e=t.__c=t.__=null}function ce(e,t,n){return this.constructor(e,n)}function P(t,n){var r,i,a,o;e.__&&e.__(t,n),n.nodeType==9&&(n=n.documentElement),i=(r=t&&32&t.__u)?null:n.__k,n.__k=b(x,{children:[t]}),a=[],o=[],re(n,n.__k,i||f,f,n.namespaceURI,i?null:n.firstChild?g.call(n.childNodes):null,a,i?i.__e:n.firstChild,r,o),M(a,n.__k,o),n.__k.props.children=null}e={__e:function(e,t,n,r){for(var i,o,s;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((s=(o=i.constructor)&&o.getDerivedStateFromError)&&i.setState(o.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,r||{}),s=1),s&&8&i.__g)return void(i.__g|=2)}catch(t){e=t}}throw a=0,e}},t=0,n=function(e){return e!=null&&e.constructor===d},S.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=_({},this.state)),typeof e==`function`&&(e=e(_({},n),this.props)),e&&(_(n,e),this.__v&&(t&&this.__k.push(t),E(this)))},S.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),E(this))},S.prototype.render=x,r=[],a=0,o=function(e,t){return e.__v.__b-t.__v.__b},s=Symbol(),c=/(PointerCapture)$|Capture$/i,l=0,u={};var le,F,ue,de,fe=Object.is,pe=0,me=[],he=[],I=e,ge=I.__b,_e=I.__r,ve=I.diffed,ye=I.__c,be=I.unmount,xe=I.__;function Se(e,t){I.__h&&I.__h(F,e,pe||t),pe=0;var n=F.__H||(F.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function Ce(e){return pe=1,we(Fe,e)}function we(e,t,n){var r=Se(le++,2);if(r.t=e,!r.__c&&(r.__=[n?n(t):Fe(void 0,t),function(e){var t=(r.__N||r.__)[0],n=r.t(t,e);fe(t,n)||(r.__N=[n,r.__[1]],r.__c.setState({}))}],r.__c=F,!F.__f)){F.__f=!0;var i=F.shouldComponentUpdate;F.shouldComponentUpdate=function(e,t,n){var r=this.__H;if(!r)return!0;var a=!1,o=this.props!=e;if(r.__.some(function(e){e.__N&&(a=!0,fe(e.__[0],e.__N[0])||(o=!0))}),i){var s=i.call(this,e,t,n);return a?s||o:s}return!a||o}}return r.__}function Te(e,t){var n=Se(le++,3);!I.__s&&Pe(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,F.__H.__h.push(n))}function Ee(e){return pe=5,De(function(){return{current:e}},[])}function De(e,t){var n=Se(le++,7);return Pe(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function Oe(){var e;do{for(;e=he.shift();)try{Me(e)}catch(t){I.__e(t,{__:(e=e.__P)&&e.__v})}for(;e=me.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Me),t.__h.some(Ne),t.__h=[]}catch(n){t.__h=[],I.__e(n,e.__v)}}}while(he.length)}I.__b=function(e){F=null,ge&&ge(e)},I.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),xe&&xe(e,t)},I.__r=function(e){_e&&_e(e),le=0;var t=(F=e.__c).__H;t&&(ue==F?F.__h=[]:(t.__h.some(Me),t.__h.some(Ne),le=0),t.__h=[],t.__.some(function(e){e.__N&&(e.__=e.__N),e.u=e.__N=void 0})),ue=F},I.diffed=function(e){ve&&ve(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&je(me.push(t)),t.__H.__.some(function(e){e.u&&(e.__H=e.u)})),ue=F=null},I.__c=function(e,t){t.some(function(e){try{e.__h.some(Me),e.__h=e.__h.filter(function(e){return!e.__||Ne(e)})}catch(t){e.__h=[function(){throw t}]}}),ye&&ye(e,t)},I.unmount=function(e){be&&be(e);var t,n,r=e.__c;r&&r.__H&&(r.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n&&=n.__c}r.__P=n,je(he.push(r))}else Me(r)}catch(e){t=e}}),r.__H=void 0,t&&I.__e(t,r.__v))};var ke=typeof requestAnimationFrame==`function`;function Ae(e){var t,n=function(){clearTimeout(r),ke&&cancelAnimationFrame(t),setTimeout(e)},r=setTimeout(n,35);ke&&(t=requestAnimationFrame(n))}function je(e){e!=1&&de==I.requestAnimationFrame||((de=I.requestAnimationFrame)||Ae)(Oe)}function Me(e){var t=F,n=e.__c;typeof n==`function`&&(e.__c=void 0,n()),F=t}function Ne(e){var t=F;e.__c=e.__(),F=t}function Pe(e,t){return!e||e.length!=t.length||t.some(function(t,n){return!fe(t,e[n])})}function Fe(e,t){return typeof t==`function`?t(e):t}var Ie=Symbol.for(`preact-signals`);function Le(){if(R>1)R--;else{var e,t=!1;for((function(){var e=Ge;for(Ge=void 0;e!==void 0;){var t=e.S;if(t.v===e.v)for(var n=t.t;n!==void 0;n=n.x)n.i===e.i&&(n.i=t.i);e=e.o}})();Ve!==void 0;){var n=Ve;for(Ve=void 0,He++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&Ye(n))try{n.c()}catch(n){t||=(e=n,!0)}n=r}}if(He=0,R--,t)throw e}}function Re(e){if(R>0)return e();We=++Ue,R++;try{return e()}finally{Le()}}var ze,L=void 0;function Be(e){var t=L,n=ze;L=void 0,ze=void 0;try{return e()}finally{L=t,ze=n}}var Ve=void 0,R=0,He=0,Ue=0,We=0,Ge=void 0,Ke=0;function qe(e){if(L!==void 0){var t=e.n;if(t===void 0||t.t!==L)return t={i:0,S:e,p:L.s,n:void 0,t:L,e:void 0,x:void 0,r:t},L.s!==void 0&&(L.s.n=t),L.s=t,e.n=t,32&L.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=L.s,t.n=void 0,L.s.n=t,L.s=t),t}}function z(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}z.prototype.brand=Ie,z.prototype.h=function(){return!0},z.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n===void 0?Be(function(){var e;(e=t.W)==null||e.call(t)}):n.e=e)},z.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&Be(function(){var e;(e=t.Z)==null||e.call(t)}))}},z.prototype.subscribe=function(e){var t=this;return it(function(){var n=t.value;Be(function(){return e(n)})},{name:`sub`})},z.prototype.valueOf=function(){return this.value},z.prototype.toString=function(){return this.value+``},z.prototype.toJSON=function(){return this.value},z.prototype.peek=function(){var e=this;return Be(function(){return e.value})},Object.defineProperty(z.prototype,"value",{get:function(){var e=qe(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(He>100)throw Error(`Cycle detected`);(function(e){R!==0&&He===0&&e.l!==We&&(e.l=We,Ge={S:e,v:e.v,i:e.i,o:Ge})})(this),this.v=e,this.i++,Ke++,R++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{Le()}}}});function Je(e,t){return new z(e,t)}function Ye(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function Xe(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function Ze(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function Qe(e,t){z.call(this,void 0,t),this.x=e,this.s=void 0,this.g=Ke-1,this.f=4}Qe.prototype=new z,Qe.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Ke))return!0;if(this.g=Ke,this.f|=1,this.i>0&&!Ye(this))return this.f&=-2,!0;var e=L;try{Xe(this),L=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(e){this.v=e,this.f|=16,this.i++}return L=e,Ze(this),this.f&=-2,!0},Qe.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}z.prototype.S.call(this,e)},Qe.prototype.U=function(e){if(this.t!==void 0&&(z.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}},Qe.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}},Object.defineProperty(Qe.prototype,"value",{get:function(){if(1&this.f)throw Error(`Cycle detected`);var e=qe(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function $e(e,t){return new Qe(e,t)}function et(e){var t=e.j;if(e.j=void 0,typeof t==`function`){R++;var n=L;L=void 0;try{t()}catch(t){throw e.f&=-2,e.f|=8,tt(e),t}finally{L=n,Le()}}}function tt(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,et(e)}function nt(e){if(L!==this)throw Error(`Out-of-order effect`);Ze(this),L=e,this.f&=-2;try{8&this.f&&tt(this)}finally{Le()}}function rt(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,ze&&ze.push(this)}rt.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==`function`&&(this.j=t)}finally{e()}},rt.prototype.S=function(){if(1&this.f)throw Error(`Cycle detected`);this.f|=1,this.f&=-9,et(this),Xe(this),R++;var e=L;return L=this,nt.bind(this,e)},rt.prototype.N=function(){2&this.f||(this.f|=2,this.u=Ve,Ve=this)},rt.prototype.d=function(){this.f|=8,1&this.f||tt(this)},rt.prototype.dispose=function(){this.d()};function it(e,t){var n=new rt(e,t);try{n.c()}catch(e){throw n.d(),e}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var at,ot,st=typeof window<`u`&&!!window.__PREACT_SIGNALS_DEVTOOLS__,ct=[];it(function(){at=this.N})();function lt(t,n){e[t]=n.bind(null,e[t]||function(){})}function ut(e){if(ot){var t=ot;ot=void 0,t()}ot=e&&e.S()}function dt(e){var t=this,r=e.data,i=pt(r);i.name=`ReactiveDom`,i.value=r;var a=De(function(){for(var e=t,r=t.__v;r=r.__;)if(r.__c){r.__c.__$f|=4;break}var a=$e(function(){var e=i.value.value;return e===0?0:!0===e?``:e||``}),o=$e(function(){return!Array.isArray(a.value)&&!n(a.value)}),s=it(function(){if(this.N=gt,o.value){var t=a.value;e.__v&&e.__v.__e&&e.__v.__e.nodeType===3&&(e.__v.__e.data=t)}}),c=t.__$u.d;return t.__$u.d=function(){s(),c.call(this)},[o,a]},[]),o=a[0],s=a[1];return o.value?s.peek():s.value}dt.displayName=`ReactiveTextNode`,Object.defineProperties(z.prototype,{constructor:{configurable:!0,value:y(x,null).constructor},type:{configurable:!0,value:dt},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}}),lt(`__b`,function(e,t){if(ut(),typeof t.type==`string`){var n,r=t.props;for(var i in r)if(i!==`children`){var a=r[i];a instanceof z&&(n||(t.__np=n={}),n[i]=a,r[i]=a.peek())}}e(t)}),lt(`__r`,function(e,t){if(e(t),t.type!==x){ut();var n,r=t.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=function(e,t){var n;return it(function(){n=this},{name:t}),n.c=e,n}(function(e){return function(){var t;st&&((t=this.y)==null||t.call(this)),e.__$f|=1,e.setState({})}}(r),typeof t.type==`function`?t.type.displayName||t.type.name:``))),ut(n)}}),lt(`__e`,function(e,t,n,r){ut(),e(t,n,r)}),lt(`diffed`,function(e,t){ut();var n;if(typeof t.type==`string`&&(n=t.__e)){var r=t.__np,i=t.props,a=n.U;if(a)for(var o in a){var s=a[o];s===void 0||r&&o in r||(s.d(),a[o]=void 0)}if(r)for(var c in a||(a={},n.U=a),r){var l=a[c],u=r[c];l===void 0?(l=ft(n,c,u,i),a[c]=l):l.o(u,i)}}e(t)});function ft(e,t,n,r){var i=t in e&&e.ownerSVGElement===void 0,a=Je(n);return{o:function(e,t){a.value=e,r=t},d:it(function(){this.N=gt;var n=a.value.value;r[t]!==n&&(r[t]=n,i?e[t]=n:n!=null&&(!1!==n||t[4]===`-`)?e.setAttribute(t,n):e.removeAttribute(t))})}}lt(`unmount`,function(e,t){if(typeof t.type==`string`){var n=t.__e;if(n){var r=n.U;if(r)for(var i in n.U=void 0,r){var a=r[i];a&&a.d()}}var o=t.__np;if(o){var s=t.props;for(var c in o)s[c]=o[c]}t.__np=void 0}else{var l=t.__c;if(l){l.__$f|=8;var u=l.__$u;u&&(l.__$u=void 0,u.d())}}e(t)}),lt(`__h`,function(e,t,n,r){r<3&&(t.__$f|=2),e(t,n,r)}),S.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==`boolean`&&!0===this.u){var a=2&this.__$f;if(!(r||a||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var o in e)if(o!==`__source`&&e[o]!==this.props[o])return!0;for(var s in this.props)if(!(s in e))return!0;return!1};function pt(e,t){return De(function(){return Je(e,t)},[])}var mt=function(e){queueMicrotask(function(){queueMicrotask(e)})};function ht(){Re(function(){for(var e;e=ct.shift();)at.call(e)})}function gt(){ct.push(this)===1&&(e.requestAnimationFrame||mt)(ht)}var _t=[``,`message`,`live`,`statistics`,`dead-letters`],B=Je(vt(location));function vt(e){let t=e.pathname.split(`/`).at(-1)??``;return{page:_t.includes(t)?t:``,query:Object.fromEntries(new URLSearchParams(e.search))}}function V(e,t={}){let n=Object.entries(t).filter(e=>!!e[1]),r=new URLSearchParams(n).toString();return`./${e}${r&&`?${r}`}`}function H(e){return V(B.value.page,{...B.value.query,...e})}function yt(e,t=`push`){let n=new URL(e,document.baseURI);history[t===`push`?`pushState`:`replaceState`](null,``,n);let r=B.value.page;B.value=vt(n),t===`push`&&window.scrollTo(0,0),B.value.page!==r&&requestAnimationFrame(()=>document.querySelector(`main`)?.focus())}function bt(){addEventListener(`popstate`,()=>B.value=vt(location)),addEventListener(`click`,e=>{let t=e.target instanceof Element?e.target.closest(`a`):null,n=e.button===0&&!(e.metaKey||e.ctrlKey||e.shiftKey||e.altKey);t===null||!n||e.defaultPrevented||t.target||t.hasAttribute(`download`)||t.dataset.page!==void 0&&t.origin===location.origin&&(e.preventDefault(),yt(t.href))})}var xt=Symbol.for(`pv`),St=0;Array.isArray;function U(t,n,r,i,a,o){n||={};var s,c,l=n;if(`ref`in l&&typeof t!=`function`)for(c in l={},n)c==`ref`?s=n[c]:l[c]=n[c];var u={type:t,props:l,key:r,ref:s,__k:null,__:null,__b:0,__e:null,__c:null,constructor:xt,__v:--St,__i:-1,__u:0};return(a||o)&&(u.__source=a,u.__self=o),e.vnode&&e.vnode(u),u}var Ct={queued:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.3`,deferred:`M13 8A5 5 0 1 1 11.3 4.3M13.2 2.5v3h-3`,delivered:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8.2l1.8 1.8 3.4-3.8`,bounced:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6 6l4 4M10 6l-4 4`,unknown:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6.6 6.4a1.5 1.5 0 1 1 2 1.6c-.4.2-.6.5-.6.9M8 10.8v.1`,opened:`M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8M8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2`,clicked:`M6 6l7 2.6-3.2 1.2L8.6 13zM3 3l1 1M6.5 2v1.400M2 6.500h1.4`,complained:`M4 14V2.500h7.500L10 5.500l1.5 3H4`,unsubscribed:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8h5`,search:`M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.300l3.2 3.2`,copy:`M6 6h7v7H6zM3 10V3h7`,done:`M3.5 8.500l3 3 6-7`,warning:`M8 2.5 14 13H2zM8 6.500v3M8 11.200v.1`,close:`M4 4l8 8M12 4l-8 8`,sun:`M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1.500v1M8 13.500v1M1.5 8h1M13.5 8h1M3.4 3.400l.7.7M11.9 11.900l.7.7M12.6 3.400l-.7.7M4.1 11.900l-.7.7`,moon:`M13 9.500A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5`,auto:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 2.500v11M8 5h4.500M8 8h5.500M8 11h4.5`,clock:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.200l2.2 1.3`,mail:`M2 4h12v8.500H2zM2 4.500l6 4.5 6-4.5`,back:`M9.5 3.5 5 8l4.5 4.5`,next:`M6.5 3.5 11 8l-4.5 4.5`};function W({name:e}){return U(`svg`,{class:`icon`,viewBox:`0 0 16 16`,"aria-hidden":`true`,focusable:`false`,children:U(`path`,{d:Ct[e]})})}function wt({icon:e,title:t,children:n}){return U(`div`,{class:`notice`,children:[U(W,{name:e}),U(`h2`,{children:t}),n]})}function Tt({rows:e=12}){return U(`div`,{class:`loading`,role:`status`,"aria-label":`Loading`,children:Array.from({length:e},(e,t)=>U(`div`,{class:`bone`},t))})}var Et={UNREACHABLE:`The server does not answer`,UNAVAILABLE:`The store or the broker is away`,BAD_USER_INPUT:`This search can't be read`,NO_INDEX:`This search would read everything`,LIMIT_EXCEEDED:`That is more than one answer may hold`,RATE_LIMITED:`Too many questions at once`,FORBIDDEN:`This token may not see that`,BAD_CURSOR:`This page of the list is no more`},Dt={UNREACHABLE:`Check that it runs and that the network is there, then try again.`,UNAVAILABLE:`It is asked again as soon as you try; nothing is lost meanwhile.`,RATE_LIMITED:`Wait for a moment, then try again.`,FORBIDDEN:`Ask for a token that sees all senders.`,INTERNAL_SERVER_ERROR:`The server's log has the details under this id.`},Ot=[`BAD_USER_INPUT`,`NO_INDEX`,`BAD_CURSOR`,`LIMIT_EXCEEDED`];function kt({problem:e,again:t}){return U(`div`,{role:`alert`,children:U(wt,{icon:`warning`,title:Et[e.code]??`That went wrong`,children:[U(`p`,{children:e.message}),Dt[e.code]&&U(`p`,{class:`quiet`,children:Dt[e.code]}),Ot.includes(e.code)?U(At,{}):U(`button`,{type:`button`,onClick:t,children:`Try again`})]})})}function At(){return U(`p`,{class:`choices`,children:[U(`button`,{type:`button`,popovertarget:`search-help`,children:`How to search`}),U(`a`,{class:`button`,"data-page":!0,href:H({after:void 0,before:void 0}),children:`To the first page`}),U(`a`,{class:`button`,"data-page":!0,href:V(``),children:`All mail`})]})}function jt(e){Te(()=>{document.title=`${e} · Email Delivery Status`},[e])}function Mt(){return jt(`Dead letters`),U(wt,{icon:`clock`,title:`Dead letters`,children:U(`p`,{children:`What could not be used: why, its bytes, and how to send it on will be here.`})})}function Nt(){return jt(`Live`),U(wt,{icon:`clock`,title:`Live`,children:U(`p`,{children:`Events as they arrive, with pause and the rate will be here.`})})}var Pt=`eds.token`,G=Je(sessionStorage.getItem(Pt)),K=Je(``);function Ft(e){let t=e.trim().replace(/^Bearer\s+/i,``);t!==``&&(sessionStorage.setItem(Pt,t),G.value=t,K.value=``)}function It(e){G.value===e&&(sessionStorage.removeItem(Pt),K.value=e===null?`none`:`refused`,G.value=null)}function Lt(){sessionStorage.removeItem(Pt),G.value=null,K.value=`none`}var Rt=new URL(`./graphql`,document.baseURI).href,zt=class extends Error{code;constructor(e,t){super(e),this.code=t}};async function Bt(e,t,n){let r=G.value,{data:i,errors:a}=await Ht(await Vt(JSON.stringify({query:e.toString(),variables:t}),r,n)),o=a?.[0];if(o!==void 0||i==null){let e=new zt(o?.message??`The answer was empty.`,o?.extensions?.code??`UNKNOWN`);throw e.code===`UNAUTHENTICATED`&&It(r),e}return i}async function Vt(e,t,n){let r={"content-type":`application/json`,accept:`application/graphql-response+json, application/json;q=0.9`};t!==null&&(r.authorization=`Bearer ${t}`);try{return await fetch(Rt,{method:`POST`,headers:r,body:e,...n&&{signal:n}})}catch(e){throw n?.aborted?e:new zt(`The server does not answer.`,`UNREACHABLE`)}}async function Ht(e){try{return await e.json()}catch{throw new zt(`The server answered HTTP ${e.status}, and no GraphQL.`,`UNREACHABLE`)}}function q(e,t,{everyMs:n,version:r}={}){let[i,a]=Ce({}),[o,s]=Ce(0),c=G.value,l=t===null?null:JSON.stringify([t,c,o,r]);return Te(()=>{if(t===null||l===null)return;let r=new AbortController,i=0;return Bt(e,t,r.signal).then(e=>a({data:e,of:l})).catch(e=>{if(!r.signal.aborted){if(!(e instanceof zt))throw e;a(t=>({...t,problem:e,of:l}))}}).finally(()=>{n!==void 0&&!r.signal.aborted&&(i=window.setTimeout(()=>s(e=>e+1),n))}),()=>{r.abort(),clearTimeout(i)}},[e,l,n]),{data:i.data,problem:i.problem,loading:l!==null&&i.of!==l,again:()=>s(e=>e+1)}}var J=class extends String{__apiType;value;__meta__;constructor(e,t){super(e),this.value=e,this.__meta__=t}toString(){return this.value}};new J(`
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
    `,{fragmentName:`Page`}),new J(`
    fragment DeliveryRow on Delivery {
  id
  trackingId
  recipient
  phase
  lastEventAt
  tries
  senderId
  openedAt
  clickedAt
  complainedAt
  unsubscribedAt
  classification {
    kind
    category
  }
  lastResponse {
    code
    enhancedCode
    message
  }
}
    `,{fragmentName:`DeliveryRow`}),new J(`
    fragment EventRow on Event {
  id
  trackingId
  recipient
  kind
  occurredAt
  receivedAt
  eventCode
  eventLabel
  senderId
  respCode
  respMsg
}
    `,{fragmentName:`EventRow`}),new J(`
    fragment MessageDelivery on Delivery {
  id
  recipient
  phase
  phaseAt
  tries
  classification {
    kind
    category
    rule
    enhancedCode
  }
  lastResponse {
    code
    enhancedCode
    message
    class
    at
  }
  deliveredAt
  bouncedAt
  complainedAt
  openedAt
  clickedAt
  unsubscribedAt
  lastEventAt
  eventCount
  facts {
    kind
    firstAt
    lastAt
    count
  }
}
    `,{fragmentName:`MessageDelivery`}),new J(`
    fragment MessageEvent on Event {
  id
  eventId
  recipient
  kind
  occurredAt
  receivedAt
  source
  topic
  partition
  offset
  key
  value
  eventCode
  eventLabel
  mailFrom
  respClass
  respCode
  respMsg
  senderId
  status
  tries
  extras
}
    `,{fragmentName:`MessageEvent`});var Ut=new J(`
    query Health {
  pipeline {
    lag
    ageSeconds
    newestEventAt
    brokerAvailable
    version
  }
}
    `),Wt=new J(`
    query PendingDeadLetters {
  deadLetters(where: {states: [OPEN, PARTLY]}, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),Gt=new J(`
    query Deliveries($search: String, $direction: OrderDirection!, $first: Int, $after: String, $last: Int, $before: String) {
  deliveries(
    search: $search
    orderBy: {direction: $direction}
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    nodes {
      ...DeliveryRow
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
fragment DeliveryRow on Delivery {
  id
  trackingId
  recipient
  phase
  lastEventAt
  tries
  senderId
  openedAt
  clickedAt
  complainedAt
  unsubscribedAt
  classification {
    kind
    category
  }
  lastResponse {
    code
    enhancedCode
    message
  }
}`),Kt=new J(`
    query Events($search: String, $direction: OrderDirection!, $first: Int, $after: String, $last: Int, $before: String) {
  events(
    search: $search
    orderBy: {direction: $direction}
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    nodes {
      ...EventRow
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
fragment EventRow on Event {
  id
  trackingId
  recipient
  kind
  occurredAt
  receivedAt
  eventCode
  eventLabel
  senderId
  respCode
  respMsg
}`),qt=new J(`
    query CountDeliveries($search: String) {
  deliveries(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),Jt=new J(`
    query CountEvents($search: String) {
  events(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),Yt=new J(`
    query Exists($trackingId: String!) {
  message(trackingId: $trackingId) {
    id
  }
}
    `),Xt=new J(`
    query Message($trackingId: String!, $first: Int!) {
  message(trackingId: $trackingId) {
    id
    trackingId
    phase
    phaseAt
    senderId
    mailFrom
    firstEventAt
    lastEventAt
    revision
    deliveryCounts {
      unknown
      queued
      deferred
      delivered
      bounced
      total
    }
    deliveries(first: $first) {
      nodes {
        ...MessageDelivery
      }
      pageInfo {
        hasNextPage
      }
    }
  }
}
    fragment MessageDelivery on Delivery {
  id
  recipient
  phase
  phaseAt
  tries
  classification {
    kind
    category
    rule
    enhancedCode
  }
  lastResponse {
    code
    enhancedCode
    message
    class
    at
  }
  deliveredAt
  bouncedAt
  complainedAt
  openedAt
  clickedAt
  unsubscribedAt
  lastEventAt
  eventCount
  facts {
    kind
    firstAt
    lastAt
    count
  }
}`),Zt=new J(`
    query Timeline($where: EventFilter!, $direction: OrderDirection!, $first: Int!) {
  events(where: $where, orderBy: {direction: $direction}, first: $first) {
    nodes {
      ...MessageEvent
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment MessageEvent on Event {
  id
  eventId
  recipient
  kind
  occurredAt
  receivedAt
  source
  topic
  partition
  offset
  key
  value
  eventCode
  eventLabel
  mailFrom
  respClass
  respCode
  respMsg
  senderId
  status
  tries
  extras
}`),Qt=new J(`
    subscription MessageChanged($trackingId: String!) {
  messageChanged(trackingId: $trackingId) {
    id
    revision
  }
}
    `),$t=new J(`
    query OneEvent($id: ID!) {
  node(id: $id) {
    __typename
    ... on Event {
      ...MessageEvent
    }
  }
}
    fragment MessageEvent on Event {
  id
  eventId
  recipient
  kind
  occurredAt
  receivedAt
  source
  topic
  partition
  offset
  key
  value
  eventCode
  eventLabel
  mailFrom
  respClass
  respCode
  respMsg
  senderId
  status
  tries
  extras
}`);function Y(e){return e===null?`null`:Array.isArray(e)?`array`:typeof e}function en(e){return Y(e)===`object`}function tn(e){return Array.isArray(e)&&e.length>0&&e.every(e=>`message`in e)}function nn(e,t){return e.length<124?e:t}var X=(e=>(e[e.InternalServerError=4500]=`InternalServerError`,e[e.InternalClientError=4005]=`InternalClientError`,e[e.BadRequest=4400]=`BadRequest`,e[e.BadResponse=4004]=`BadResponse`,e[e.Unauthorized=4401]=`Unauthorized`,e[e.Forbidden=4403]=`Forbidden`,e[e.SubprotocolNotAcceptable=4406]=`SubprotocolNotAcceptable`,e[e.ConnectionInitialisationTimeout=4408]=`ConnectionInitialisationTimeout`,e[e.ConnectionAcknowledgementTimeout=4504]=`ConnectionAcknowledgementTimeout`,e[e.SubscriberAlreadyExists=4409]=`SubscriberAlreadyExists`,e[e.TooManyInitialisationRequests=4429]=`TooManyInitialisationRequests`,e))(X||{}),Z=(e=>(e.ConnectionInit=`connection_init`,e.ConnectionAck=`connection_ack`,e.Ping=`ping`,e.Pong=`pong`,e.Subscribe=`subscribe`,e.Next=`next`,e.Error=`error`,e.Complete=`complete`,e))(Z||{});function rn(e){if(!en(e))throw Error(`Message is expected to be an object, but got ${Y(e)}`);if(!e.type)throw Error(`Message is missing the 'type' property`);if(typeof e.type!=`string`)throw Error(`Message is expects the 'type' property to be a string, but got ${Y(e.type)}`);switch(e.type){case`connection_init`:case`connection_ack`:case`ping`:case`pong`:if(e.payload!=null&&!en(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${e.payload}"`);break;case`subscribe`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!en(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Y(e.payload)}`);if(typeof e.payload.query!=`string`)throw Error(`"${e.type}" message payload expects the 'query' property to be a string, but got ${Y(e.payload.query)}`);if(e.payload.variables!=null&&!en(e.payload.variables))throw Error(`"${e.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${Y(e.payload.variables)}`);if(e.payload.operationName!=null&&Y(e.payload.operationName)!==`string`)throw Error(`"${e.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${Y(e.payload.operationName)}`);if(e.payload.extensions!=null&&!en(e.payload.extensions))throw Error(`"${e.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${Y(e.payload.extensions)}`);break;case`next`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!en(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Y(e.payload)}`);break;case`error`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!tn(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(e.payload)}`);break;case`complete`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);break;default:throw Error(`Invalid message 'type' property "${e.type}"`)}return e}function an(e,t){return rn(typeof e==`string`?JSON.parse(e,t):e)}function on(e,t){return rn(e),JSON.stringify(e,t)}function sn(e){let{url:t,connectionParams:n,lazy:r=!0,onNonLazyError:i=console.error,lazyCloseTimeout:a=0,keepAlive:o=0,disablePong:s,connectionAckWaitTimeout:c=0,retryAttempts:l=5,retryWait:u=async function(e){let t=2**e;await new Promise(e=>setTimeout(e,t*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:d=ln,on:f,webSocketImpl:p,generateID:m=function(){return`xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx`.replace(/[xy]/g,e=>{let t=Math.random()*16|0;return(e==`x`?t:t&3|8).toString(16)})},jsonMessageReplacer:h,jsonMessageReviver:g}=e,_;if(p){if(!dn(p))throw Error(`Invalid WebSocket implementation provided`);_=p}else typeof WebSocket<`u`?_=WebSocket:typeof global<`u`?_=global.WebSocket||global.MozWebSocket:typeof window<`u`&&(_=window.WebSocket||window.MozWebSocket);if(!_)throw Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let v=_,y=(()=>{let e=(()=>{let e={};return{on(t,n){return e[t]=n,()=>{delete e[t]}},emit(t){`id`in t&&e[t.id]?.(t)}}})(),t={connecting:f?.connecting?[f.connecting]:[],opened:f?.opened?[f.opened]:[],connected:f?.connected?[f.connected]:[],ping:f?.ping?[f.ping]:[],pong:f?.pong?[f.pong]:[],message:f?.message?[e.emit,f.message]:[e.emit],closed:f?.closed?[f.closed]:[],error:f?.error?[f.error]:[]};return{onMessage:e.on,on(e,n){let r=t[e];return r.push(n),()=>{let e=r.indexOf(n);e>-1&&r.splice(e,1)}},emit(e,...n){for(let r of[...t[e]])r(...n)}}})();function b(e){let t=[y.on(`error`,n=>{t.forEach(e=>e()),e(n)}),y.on(`closed`,n=>{t.forEach(e=>e()),e(n)})];return()=>t.forEach(e=>e())}let x,S=0,C,w=!1,T=0,E=!1;async function D(){clearTimeout(C);let[e,r]=await(x??=new Promise((e,r)=>(async()=>{if(w){if(await u(T),!S)return x=void 0,r({code:1e3,reason:`All Subscriptions Gone`});T++}y.emit(`connecting`,w);let i=new v(typeof t==`function`?await t():t,`graphql-transport-ws`),a,l;function d(){isFinite(o)&&o>0&&(clearTimeout(l),l=setTimeout(()=>{i.readyState===v.OPEN&&(i.send(on({type:Z.Ping})),y.emit(`ping`,!1,void 0))},o))}b(e=>{x=void 0,clearTimeout(a),clearTimeout(l),r(e),e instanceof cn&&(i.close(4499,`Terminated`),i.onerror=null,i.onclose=null)}),i.onerror=e=>y.emit(`error`,e),i.onclose=e=>y.emit(`closed`,e),i.onopen=async()=>{try{y.emit(`opened`,i);let e=typeof n==`function`?await n():n;if(i.readyState!==v.OPEN)return;i.send(on(e?{type:Z.ConnectionInit,payload:e}:{type:Z.ConnectionInit},h)),isFinite(c)&&c>0&&(a=setTimeout(()=>{i.close(X.ConnectionAcknowledgementTimeout,`Connection acknowledgement timeout`)},c)),d()}catch(e){y.emit(`error`,e),i.close(X.InternalClientError,nn(e instanceof Error?e.message:String(e),`Internal client error`))}};let f=!1;i.onmessage=({data:t})=>{try{let n=an(t,g);if(y.emit(`message`,n),n.type===`ping`||n.type===`pong`){y.emit(n.type,!0,n.payload),n.type===`pong`?d():s||(i.send(on(n.payload?{type:Z.Pong,payload:n.payload}:{type:Z.Pong},h)),y.emit(`pong`,!1,n.payload));return}if(f)return;if(n.type!==Z.ConnectionAck)throw Error(`First message cannot be of type ${n.type}`);clearTimeout(a),f=!0,y.emit(`connected`,i,n.payload,w),w=!1,T=0;let r=new Promise((e,t)=>b(t));r.catch(()=>{}),e([i,r])}catch(e){i.onmessage=null,y.emit(`error`,e),i.close(X.BadResponse,nn(e instanceof Error?e.message:String(e),`Bad response`))}}})()));e.readyState===v.CLOSING&&await r;let i=()=>{},l=new Promise(e=>i=e);return[e,i,new Promise((t,n)=>{let i=b(n);e.readyState!==v.OPEN&&r.catch(n),l.then(()=>{if(i(),!S){let t=()=>e.close(1e3,`Normal Closure`);isFinite(a)&&a>0?(clearTimeout(C),C=setTimeout(()=>{!S&&e.readyState===v.OPEN&&t()},a)):t()}t()})})]}function ee(e){if(ln(e)&&(un(e.code)||[X.InternalServerError,X.InternalClientError,X.BadRequest,X.BadResponse,X.Unauthorized,X.SubprotocolNotAcceptable,X.SubscriberAlreadyExists,X.TooManyInitialisationRequests].includes(e.code)))throw e;if(E)return!1;if(ln(e)&&e.code===1e3)return S>0;if(!l||T>=l||!d(e))throw e;return w=!0}r||(async()=>{for(S++;;)try{let[,,e]=await D();await e}catch(e){try{if(!ee(e))return}catch(e){return i?.(e)}}})();function O(e,t){let n=m(e),r=!1,i=!1,a=()=>{S--,r=!0};return(async()=>{for(S++;;)try{let[o,s,c]=await D();if(r)return c.catch(()=>{}),s();let l=y.onMessage(n,e=>{switch(e.type){case Z.Next:t.next(e.payload);return;case Z.Error:i=!0,r=!0,t.error(e.payload),a();return;case Z.Complete:r=!0,a();return}});o.send(on({id:n,type:Z.Subscribe,payload:e},h)),a=()=>{!r&&o.readyState===v.OPEN&&o.send(on({id:n,type:Z.Complete},h)),S--,r=!0,s()},await c.finally(l);return}catch(e){if(!ee(e))return}})().then(()=>{i||t.complete()}).catch(e=>{t.error(e)}),()=>{r||a()}}return{on:y.on,subscribe:O,iterate(e){let t=[],n={done:!1,error:null,resolve:()=>{}},r=O(e,{next(e){t.push(e),n.resolve()},error(e){n.done=!0,n.error=e,n.resolve()},complete(){n.done=!0,n.resolve()}}),i=async function*(){for(;;){for(t.length||await new Promise(e=>n.resolve=e);t.length;)yield t.shift();if(n.error)throw n.error;if(n.done)return}}();return i.throw=async e=>(n.done||(n.done=!0,n.error=e,n.resolve()),{done:!0,value:void 0}),i.return=async()=>(r(),{done:!0,value:void 0}),i},async dispose(){if(E=!0,x){let[e]=await x;e.close(1e3,`Normal Closure`)}},terminate(){x&&y.emit(`closed`,new cn)}}}var cn=class extends Error{name=`TerminatedCloseEvent`;message=`4499: Terminated`;code=4499;reason=`Terminated`;wasClean=!1};function ln(e){return en(e)&&`code`in e&&`reason`in e}function un(e){return![1e3,1001,1006,1005,1012,1013,1014].includes(e)&&e>=1e3&&e<=1999}function dn(e){return typeof e==`function`&&`constructor`in e&&`CLOSED`in e&&`CLOSING`in e&&`CONNECTING`in e&&`OPEN`in e}var fn=[250,500,1e3,2e3,5e3,1e4],pn=[`SLOW_CONSUMER`,`MISSED_CHANGES`,`GOING_AWAY`,`UNAVAILABLE`],mn=class{bearer;isOpen=!1;client;constructor(e){this.bearer=e,this.client=sn({url:Rt.replace(/^http/,`ws`),connectionParams:e===null?{}:{authorization:`Bearer ${e}`},retryAttempts:0,lazyCloseTimeout:2e3,keepAlive:2e4,on:{connected:()=>this.isOpen=!0,closed:()=>this.isOpen=!1}})}subscribe(e,t,n){let r=!1,i=this.client.on(`connected`,n.opened),a=e=>{r||(r=!0,i(),e!==null&&n.ended(e))};this.isOpen&&n.opened();let o=this.client.subscribe({query:e,variables:t},{next:({data:e,errors:t,extensions:i})=>{t===void 0?r||n.next(e,i?.cursor):a(_n(t))},error:e=>a(Array.isArray(e)?_n(e):vn(e)),complete:()=>a({expired:!1})});return()=>{a(null),o()}}},hn;function gn(e,t,n){let r=e.toString().includes(`$after`),i,a=0,o=()=>{},s=()=>{n.state?.(`connecting`),hn?.bearer!==G.peek()&&(hn=new mn(G.peek()));let c=r&&i!==void 0?{...t,after:i}:t;o=hn.subscribe(e.toString(),c,{opened:()=>n.state?.(`open`),next:(e,t)=>{a=0,i=t??i,n.next(e)},ended:e=>{if(`problem`in e)return n.failed?.(e.problem);n.state?.(`broken`),e.expired&&(i=void 0),i!==void 0&&r||n.gap?.();let t=setTimeout(s,fn[Math.min(a++,fn.length-1)]);o=()=>clearTimeout(t)}})};return s(),()=>o()}function _n(e){let t=String(e[0]?.extensions?.code??`UNKNOWN`);return t===`CURSOR_EXPIRED`?{expired:!0}:pn.includes(t)?{expired:!1}:{problem:new zt(e[0]?.message??`The API ended the subscription.`,t)}}function vn(e){let{code:t,reason:n}=e??{};return t===4401||t===4403?{problem:new zt(n||`The token was refused.`,`UNAUTHENTICATED`)}:t===4400||t===4406?{problem:new zt(n||`The API refused.`,`BAD_REQUEST`)}:{expired:!1}}function yn({text:e,label:t,children:n}){let[r,i]=Ce(``);return U(`button`,{type:`button`,class:`copy`,title:t,"aria-label":n?void 0:t,onClick:async()=>{i(await bn(e)?`Copied`:`Not allowed`),setTimeout(()=>i(``),1500)},children:[U(W,{name:r===`Copied`?`done`:`copy`}),n&&U(`span`,{children:n}),U(`span`,{role:`status`,class:n?`unseen`:`said`,children:r})]})}async function bn(e){try{return await navigator.clipboard.writeText(e),!0}catch{return!1}}var xn={UNKNOWN:`No event said how far it is`,QUEUED:`Accepted for sending`,DEFERRED:`Refused for now; the sender tries again`,DELIVERED:`The recipient's server took it`,BOUNCED:`It will not arrive`,COMPLAINED:`The recipient called it spam`,UNSUBSCRIBED:`The recipient wants no more of it`,OPENED:`The mail was displayed`,CLICKED:`A link of the mail was followed`};function Sn(e){return e.charAt(0)+e.slice(1).toLowerCase()}function Cn({of:e,large:t=!1}){let n=e.toLowerCase();return U(`span`,{class:`mark ${n} ${t?`large`:``}`,title:xn[e],children:[U(W,{name:n}),Sn(e)]})}var wn=Je(Date.now());function Tn(){setInterval(()=>{document.visibilityState===`visible`&&(wn.value=Date.now())},1e3),document.addEventListener(`visibilitychange`,()=>wn.value=Date.now())}function En(e,t,n){let r=`eds.${e}`,i=null;try{i=localStorage.getItem(r)}catch{}let a=Je(i!==null&&n(i)?i:t);return it(()=>{try{localStorage.setItem(r,a.value)}catch{}}),a}var Dn=(...e)=>t=>e.includes(t),On=En(`theme`,`auto`,Dn(`auto`,`light`,`dark`)),kn=En(`times`,`relative`,Dn(`relative`,`absolute`)),An=Intl.DateTimeFormat().resolvedOptions().timeZone,jn=[...new Set([`UTC`,An,...Intl.supportedValuesOf(`timeZone`)])],Mn=En(`zone`,An,e=>jn.includes(e));it(()=>{On.value===`auto`?delete document.documentElement.dataset.theme:document.documentElement.dataset.theme=On.value});var Nn=[[`d`,86400],[`h`,3600],[`m`,60],[`s`,1]],Pn=new Map;function Fn(e){if(e<1e4)return`${+(e/1e3).toPrecision(2)} s`;let t=Math.round(e/1e3),n=Nn.findIndex(([,e])=>t>=e),r=[];for(let[e,i]of Nn.slice(n,n+2)){let n=Math.floor(t/i);t-=n*i,n>0&&r.push(`${n} ${e}`)}return r.join(` `)}function In(e,t){let n=Math.round(Math.abs(t-e)/1e3);if(n<1)return`now`;let[r,i]=Nn.find(([,e])=>n>=e)??[`s`,1],a=`${Math.floor(n/i)} ${r}`;return e<=t?`${a} ago`:`in ${a}`}function Ln(e,t,n=!1){let r=Object.fromEntries(Rn(t,n).formatToParts(e).map(({type:e,value:t})=>[e,t])),i=`${r.year}-${r.month}-${r.day}`,a=`${r.hour}:${r.minute}:${r.second}`;return n?`${i} ${a}.${r.fractionalSecond} ${r.timeZoneName}`:`${i} ${a}`}function Rn(e,t){let n=`${e} ${t}`,r=Pn.get(n);return r===void 0&&(r=new Intl.DateTimeFormat(`en-GB`,{timeZone:e,year:`numeric`,month:`2-digit`,day:`2-digit`,hour:`2-digit`,minute:`2-digit`,second:`2-digit`,hourCycle:`h23`,...t&&{fractionalSecondDigits:3,timeZoneName:`short`}}),Pn.set(n,r)),r}function Q({at:e,form:t=kn.value}){let n=Date.parse(e),r=Mn.value,i=t===`relative`?In(n,wn.value):Ln(n,r);return U(`time`,{dateTime:e,title:`${Ln(n,r,!0)}\n${e}`,children:i})}var zn=/^\s*(\d{3}(?:[ -]|$))?\s*([245]\.\d{1,3}\.\d{1,3})?/;function Bn({code:e,enhancedCode:t,message:n,kind:r}){let i=n??``,[a=``,o,s]=zn.exec(i)??[],c=[o===void 0?e:null,s===void 0?t:null,a.trim()].filter(e=>e!=null&&e!==``).join(` `);return U(`p`,{class:`reply`,children:[c&&U(`b`,{children:c}),U(`span`,{children:i.slice(a.length).trim()||!c&&`no reply text`}),r!=null&&U(`small`,{title:`resp_class, the sender's own class of the reply`,children:[`class `,r]})]})}function Vn({message:e,more:t}){let{nodes:n,pageInfo:r}=e.deliveries,i=B.value.query.to,a=e.deliveryCounts.total;return U(`section`,{"aria-labelledby":`deliveries`,children:[U(`h2`,{id:`deliveries`,children:[a===1?`Recipient`:`${a.toLocaleString(`en`)} recipients`,a>1&&U(Hn,{message:e})]}),U(`ul`,{class:`deliveries`,children:n.map(e=>U(Un,{delivery:e,several:a>1,chosen:i===e.recipient},e.id))}),r.hasNextPage&&(n.length<200?U(`a`,{class:`button`,"data-page":!0,href:t,children:`More recipients`}):U(`a`,{class:`button`,"data-page":!0,href:V(``,{q:`id:${e.trackingId}`}),children:[`All `,a.toLocaleString(`en`),` recipients as a list`]}))]})}function Hn({message:{deliveryCounts:e}}){return U(`span`,{class:`counts`,children:[`DELIVERED`,`BOUNCED`,`DEFERRED`,`QUEUED`,`UNKNOWN`].map(t=>{let n=e[t.toLowerCase()];return n>0&&U(`span`,{children:[U(Cn,{of:t}),` `,n.toLocaleString(`en`)]},t)})})}function Un({delivery:e,several:t,chosen:n}){let{recipient:r,phase:i,phaseAt:a,tries:o,facts:s,lastResponse:c,classification:l}=e,u=r?.split(`@`).at(-1);return U(`li`,{class:`delivery ${t&&n?`chosen`:``}`,children:[U(`div`,{class:`line`,children:[U(Cn,{of:i}),U(`b`,{class:`recipient`,children:r??`no recipient named`}),a&&U(Q,{at:a}),U(`span`,{class:`links`,children:[t&&r&&U(`a`,{"data-page":!0,href:H({to:n?void 0:r}),"aria-current":n?`true`:void 0,children:n?`All events`:`Its events`}),r&&U(`a`,{"data-page":!0,href:V(``,{q:`to:${r}`}),children:`All mail to it`}),u&&U(`a`,{"data-page":!0,href:V(``,{q:`domain:${u}`}),children:u})]})]}),c&&U(Bn,{...c,kind:c.class}),U(`dl`,{class:`pairs`,children:[l&&U(x,{children:[U($,{name:`Reason`,children:[U(`a`,{"data-page":!0,href:V(``,{q:`category:${l.category}`}),children:l.category.replaceAll(`_`,` `)}),` `,`· `,l.kind.toLowerCase()]}),U($,{name:`Decided by the rule`,children:U(`code`,{children:l.rule})})]}),o!=null&&o>0&&U($,{name:`Tries before`,children:o}),s.filter(({kind:e})=>e!==i).toSorted((e,t)=>e.firstAt.localeCompare(t.firstAt)).map(({kind:e,firstAt:t,count:n})=>U($,{name:Sn(e),children:[U(Q,{at:t}),n>1&&` · ${n} times`]},e))]})]})}var Wn=6e4,Gn=[`QUEUED`,`DELIVERED`,`BOUNCED`];function Kn(e,t){let n=t?e.toReversed():e,r=Yn(n),i=new Map,a=n.map((e,t)=>{let a=n[t-1],o=a?Date.parse(e.occurredAt)-Date.parse(a.occurredAt):0;return{event:e,gap:o>0?Fn(o):null,oddities:[...qn(e),...Jn(r.has(e)),...Xn(e,i)]}});return t?a.reverse():a}function qn(e){let t=Date.parse(e.receivedAt)-Date.parse(e.occurredAt);return t<Wn?[]:[{name:`${Fn(t)} late`,says:`So long after it happened it arrived`}]}function Jn(e){return e?[{name:`out of order`,says:`Events that happened later had arrived before it`}]:[]}function Yn(e){let t=new Set,n=new Map;for(let r of e.toReversed()){let e=n.get(r.partition)??1/0;e<r.offset&&t.add(r),n.set(r.partition,Math.min(e,r.offset))}return t}function Xn(e,t){let n=e.kind===`DEFERRED`?` ${e.tries} ${e.respMsg}`:``;if(n===``&&!Gn.includes(e.kind))return[];let r=`${e.kind} ${e.recipient}${n}`;return t.has(r)?[{name:`duplicate`,says:`The same was reported before for this recipient`}]:(t.set(r,e),[])}var Zn="${EDS_GATEWAY:-http://127.0.0.1:8080}/api/SMTP",Qn=`{"tracking_id":"first-message","rcpt_to":"ada@example.org","event_code":103,"event_label":"delivered","resp_code":250,"resp_msg":"250 2.0.0 OK","sender_id":1}`;function $n(e=Qn){return`curl -sS "${Zn}" -H 'Content-Type: application/json' -d '[${e.replaceAll(`'`,`'\\''`)}]'`}function er(e){let t=``,n=0,r=()=>`\n${`  `.repeat(n)}`;for(let[i]of e.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/g))if(i===`{`||i===`[`)n+=1,t+=i+r();else if(i===`}`||i===`]`){--n;let e=t.trimEnd();t=/[{[]$/.test(e)?e+i:t+r()+i}else t+=i===`,`?i+r():i===`:`?`: `:i;return t}function tr({event:e}){let[t,n]=Ce(!1),r=t?e.value:er(e.value);return U(`div`,{class:`raw`,children:[U(`dl`,{class:`pairs`,children:[U($,{name:`Topic`,children:U(`code`,{children:e.topic})}),U($,{name:`Partition`,children:e.partition}),U($,{name:`Offset`,children:e.offset}),U($,{name:`Key`,children:U(`code`,{children:e.key})}),U($,{name:`Event id`,children:U(`code`,{children:e.eventId})}),U($,{name:`Happened`,children:U(Q,{at:e.occurredAt,form:`absolute`})}),U($,{name:`Arrived`,children:U(Q,{at:e.receivedAt,form:`absolute`})})]}),U(`div`,{class:`tools`,children:[U(`div`,{class:`segments`,role:`group`,"aria-label":`How it is shown`,children:[U(`button`,{type:`button`,"aria-pressed":!t,onClick:()=>n(!1),children:`Pretty`}),U(`button`,{type:`button`,"aria-pressed":t,onClick:()=>n(!0),children:`Raw`})]}),U(yn,{text:r,label:`Copy the event`,children:`Copy`}),U(yn,{text:$n(e.value),label:`Copy a command that posts it again; that changes nothing`,children:`Copy as curl`})]}),U(`pre`,{tabIndex:0,"aria-label":`The event's value`,children:r})]})}function nr({step:{event:e,gap:t,oddities:n},several:r,alone:i=!1}){let a=B.value.query.event===e.id;return U(`li`,{class:`step ${e.kind.toLowerCase()} ${a?`open`:``}`,children:[t&&U(`span`,{class:`gap`,children:[`+`,t]}),U(`div`,{class:`line`,children:[U(Cn,{of:e.kind}),U(Q,{at:e.occurredAt,form:`absolute`}),r&&e.recipient&&U(`span`,{class:`recipient`,children:e.recipient}),n.map(({name:e,says:t})=>U(`span`,{class:`oddity`,title:t,children:e},e)),!i&&U(`a`,{class:`links`,"data-page":!0,href:H({event:a?void 0:e.id}),children:[a?`Close`:`Raw`,U(`span`,{class:`unseen`,children:[` event `,e.eventId]})]})]}),U(rr,{event:e}),a&&U(tr,{event:e})]})}function rr({event:e}){let{respCode:t,respMsg:n,tries:r,extras:i,eventLabel:a,eventCode:o}=e,s=Object.entries(i??{}),c=[o,a].filter(e=>e!=null).join(` `);return U(x,{children:[(n||t!=null)&&U(Bn,{code:t,message:n}),U(`p`,{class:`quiet small`,children:[c&&U(`span`,{children:c}),r!=null&&r>0&&U(`span`,{children:[r===1?`1 try`:`${r} tries`,` before`]}),U(`span`,{children:[`from `,e.source]}),s.map(([e,t])=>U(`span`,{children:[e,`: `,U(`code`,{children:typeof t==`string`?t:JSON.stringify(t)})]},e))]})]})}function ir({id:e}){let{data:t,problem:n,again:r}=q($t,K.value?null:{id:e});return n&&!t?U(kt,{problem:n,again:r}):t?t.node?.__typename===`Event`?U(`section`,{"aria-label":`Event`,children:[U(`h1`,{children:`An event without a tracking id`}),U(`ol`,{class:`timeline`,children:Kn([t.node],!1).map(t=>U(nr,{step:t,several:!0,alone:!0},e))})]}):U(wt,{icon:`search`,title:`There is no such event`,children:U(`p`,{children:`It may have been erased, or the retention's time is over.`})}):U(Tt,{rows:4})}var ar=100,or=200;function sr({trackingId:e,revision:t,recipient:n,several:r}){let{query:i}=B.value,a=i.order===`newest`,o=Number(i.events)||ar,s=r&&n?{recipient:n}:{},{data:c,problem:l,again:u}=q(Zt,K.value?null:{where:{trackingIds:[e],...s},direction:a?`DESC`:`ASC`,first:o},{version:t}),d=c?.events.nodes??[];return U(`section`,{"aria-labelledby":`timeline`,children:[U(`div`,{class:`section-bar`,children:[U(`h2`,{id:`timeline`,children:[`Timeline`,r&&n&&U(`span`,{class:`quiet`,children:[` of `,n]})]}),U(`a`,{class:`button`,"data-page":!0,href:H({order:a?void 0:`newest`}),children:a?`↓ Newest first`:`↑ Oldest first`})]}),l&&!c?U(kt,{problem:l,again:u}):c?U(`ol`,{class:`timeline`,children:Kn(d,a).map(e=>U(nr,{step:e,several:r&&!n},e.event.id))}):U(Tt,{rows:4}),c?.events.pageInfo.hasNextPage&&(d.length<or?U(`a`,{class:`button`,"data-page":!0,href:H({events:String(or)}),children:`More events`}):U(`p`,{class:`quiet`,children:[`The first `,or,` events are shown. Choose one recipient, or turn the order round, to see the others.`]}))]})}var cr=50;function lr(){let{query:e}=B.value,t=e.id??``;return jt(t||`Event`),t?U(ur,{trackingId:t},t):e.event?U(ir,{id:e.event}):U(pr,{trackingId:``})}function ur({trackingId:e}){let{query:t}=B.value,n=Number(t.recipients)||cr,r=dr(e),{data:i,problem:a,again:o}=q(Xt,K.value?null:{trackingId:e,first:n},{version:r});if(a&&!i)return U(kt,{problem:a,again:o});if(!i)return U(Tt,{rows:8});if(!i.message)return U(pr,{trackingId:e});let s=i.message;return U(`article`,{class:`message`,children:[U(fr,{message:s}),U(Vn,{message:s,more:H({recipients:String(Math.min(n*2,200))})}),U(sr,{trackingId:e,revision:s.revision,recipient:t.to,several:s.deliveryCounts.total>1})]})}function dr(e){let[t,n]=Ce(0),r=G.value;return Te(()=>{if(!K.value)return gn(Qt,{trackingId:e},{next:({messageChanged:e})=>n(e.revision)})},[e,r]),t}function fr({message:e}){let{trackingId:t,phase:n,phaseAt:r,senderId:i,mailFrom:a,firstEventAt:o,lastEventAt:s,revision:c}=e;return U(`div`,{class:`head`,children:[U(`div`,{class:`title`,children:[U(`h1`,{children:[U(`span`,{class:`unseen`,children:`Message `}),U(`code`,{children:t})]}),U(yn,{text:t,label:`Copy the tracking id`})]}),U(`p`,{class:`phase`,children:[U(Cn,{of:n,large:!0}),r&&U(Q,{at:r})]}),U(`dl`,{class:`pairs`,children:[a!=null&&U($,{name:`From`,children:a||`<> (a bounce)`}),i!=null&&U($,{name:`Sender`,children:U(`a`,{"data-page":!0,href:V(``,{q:`sender:${i}`}),children:i})}),U($,{name:`First event`,children:U(Q,{at:o})}),U($,{name:`Last event`,children:U(Q,{at:s})}),U($,{name:`Events`,children:c.toLocaleString(`en`)})]})]})}function $({name:e,children:t}){return U(`div`,{children:[U(`dt`,{children:e}),U(`dd`,{children:t})]})}function pr({trackingId:e}){return U(wt,{icon:`search`,title:`No message has this tracking id`,children:[U(`p`,{children:U(`code`,{children:e})}),U(`p`,{children:`No event named it so far. If it was sent a moment ago, its first event may be on its way; this page shows it then.`}),U(`p`,{children:U(`a`,{"data-page":!0,href:V(``,{q:e.includes(`@`)?`to:${e}`:void 0}),children:`See all mail`})})]})}function mr({count:e,precision:t}){return e.toLocaleString(`en`)+(t===`AT_LEAST`?`+`:``)}var hr=[{key:`to`,example:`to:ann@example.org`,says:`the recipient's address`},{key:`domain`,example:`domain:example.org`,says:`the recipient's domain`},{key:`id`,example:`id:abc-123`,says:`the tracking id; also msgid:`},{key:`status`,example:`status:bounced,deferred`,says:`queued, deferred, delivered, bounced, unknown`},{key:`category`,example:`category:mailbox_full`,says:`the reason of a deferral or a bounce`},{key:`sender`,example:`sender:42`,says:`the account that sent the mail`},{key:`code`,example:`code:103`,says:`the event's code, in the list of events`},{key:`after`,example:`after:1h`,says:`at this time or later: 30s, 15m, 7d, 2026-11-22, 2026-11-22T10:00:00Z`},{key:`before`,example:`before:2026-11-22`,says:`before this time`},{key:`-`,example:`-status:delivered`,says:`not this`}],gr=String.raw`(?:"(?:[^"\\]|\\["\\])*"|[^\s,"]+)`,_r=new RegExp(String.raw`(-?)(?:([A-Za-z_]+):)?(${gr}(?:,${gr})*)(?=\s|$)`,`y`),vr=new RegExp(gr,`g`);function yr(e){let t=[],n=0;for(;;){for(;/\s/.test(e.charAt(n));)n+=1;if(n>=e.length)return t;_r.lastIndex=n;let r=_r.exec(e);if(r===null)return null;let i=(r[3]??``).match(vr)?.map(wr)??[],a=r[2]?.toLowerCase()??(i.every(e=>e.includes(`@`))?`to`:`id`);t.push({key:a,values:i,negated:r[1]===`-`}),n=_r.lastIndex}}function br(e){return e.map(({key:e,values:t,negated:n})=>`${n?`-`:``}${e}:${t.map(Cr).join(`,`)}`).join(` `)}function xr(e,t,n,r=!1){return br((yr(e)??[]).map(e=>e.key===t&&e.negated===r?{...e,values:e.values.filter(e=>e!==n)}:e).filter(e=>e.values.length>0))}function Sr(e){return e!==``&&e.length<=500&&!hr.some(({key:t})=>RegExp(`(^|\\s)-?${t}:`,`i`).test(e))}function Cr(e){return/^[^\s,"]+$/.test(e)?e:`"${e.replace(/["\\]/g,`\\$&`)}"`}function wr(e){return e.startsWith(`"`)?e.slice(1,-1).replace(/\\(["\\])/g,`$1`):e}var Tr={after:void 0,before:void 0};function Er({events:e,total:t,loading:n}){let{query:r}=B.value,i=r.order===`oldest`,a=(e,t,n)=>U(`a`,{"data-page":!0,href:H({...Tr,in:e}),"aria-current":n?`true`:void 0,children:t});return U(`div`,{class:`list-bar`,children:[U(`div`,{class:`segments`,role:`group`,"aria-label":`Rows`,children:[a(void 0,`Mail`,!e),a(`events`,`Events`,e)]}),U(Or,{search:r.q??``}),U(`span`,{class:`total`,role:`status`,"aria-busy":n,children:t&&`${mr(t)} ${Dr(e,t.count)}`}),U(`a`,{class:`button`,"data-page":!0,href:H({...Tr,order:i?void 0:`oldest`}),children:i?`↑ Oldest first`:`↓ Newest first`})]})}function Dr(e,t){return e?t===1?`event`:`events`:t===1?`recipient`:`recipients`}function Or({search:e}){let t=yr(e)??[];return t.length===0?null:U(`ul`,{class:`chips`,"aria-label":`Terms of the search`,children:t.flatMap(({key:t,values:n,negated:r})=>n.map(n=>U(`li`,{class:r?`negated`:``,children:[U(`span`,{children:[r&&`not `,t,` `,U(`b`,{children:n})]}),U(`a`,{"data-page":!0,href:H({...Tr,q:xr(e,t,n,r)}),"aria-label":`Drop ${r?`-`:``}${t}:${n}`,children:U(W,{name:`close`})})]},`${r}${t}:${n}`)))})}function kr({rows:e}){return U(`ol`,{class:`rows`,children:e.map(e=>U(`li`,{children:U(`a`,{class:`row`,"data-page":!0,href:V(`message`,{id:e.trackingId,to:e.recipient??void 0}),children:[U(Cn,{of:e.phase}),U(`span`,{class:`who`,children:[U(`span`,{class:`cut`,children:e.recipient??U(`i`,{children:`no recipient named`})}),U(Ar,{row:e})]}),U(`span`,{class:`why`,children:[e.classification&&U(`b`,{children:e.classification.category.replaceAll(`_`,` `)}),U(`span`,{class:`cut`,children:e.lastResponse?.message})]}),U(`code`,{class:`id cut`,children:e.trackingId}),U(Q,{at:e.lastEventAt})]})},e.id))})}function Ar({row:e}){return U(`span`,{class:`facts`,children:[[`OPENED`,e.openedAt],[`CLICKED`,e.clickedAt],[`COMPLAINED`,e.complainedAt],[`UNSUBSCRIBED`,e.unsubscribedAt]].map(([e,t])=>t!=null&&U(`span`,{class:`mark ${e.toLowerCase()}`,title:Sn(e),children:[U(W,{name:e.toLowerCase()}),U(`span`,{class:`unseen`,children:Sn(e)})]},e))})}function jr({rows:e}){return U(`ol`,{class:`rows`,children:e.map(e=>U(`li`,{children:U(`a`,{class:`row`,"data-page":!0,href:V(`message`,{id:e.trackingId??void 0,event:e.id}),children:[U(Cn,{of:e.kind}),U(`span`,{class:`who`,children:U(`span`,{class:`cut`,children:e.recipient??U(`i`,{children:`no recipient named`})})}),U(`span`,{class:`why`,children:[e.eventCode!=null&&U(`b`,{children:e.eventCode}),U(`span`,{class:`cut`,children:e.respMsg??e.eventLabel})]}),U(`code`,{class:`id cut`,children:e.trackingId??`no tracking id`}),U(Q,{at:e.occurredAt})]})},e.id))})}function Mr({text:e,label:t}){return U(`div`,{class:`shell-line`,children:[U(`pre`,{tabIndex:0,children:e}),U(yn,{text:e,label:t})]})}function Nr({search:e}){let t=yr(e)??[];if(t.length===0)return U(wt,{icon:`mail`,title:`No mail yet`,children:[U(`p`,{children:`As soon as a mail server reports something, it is here. To post a first notification yourself:`}),U(Mr,{text:$n(),label:`Copy the command`}),U(`p`,{class:`quiet`,children:`The gateway answers 200 once Kafka has it; a moment later it is in this list.`})]});let n=e=>br(t.filter((t,n)=>n!==e));return U(wt,{icon:`search`,title:`No match`,children:t.length===1?U(`p`,{children:[U(`a`,{"data-page":!0,href:V(``),children:[`Drop `,U(`code`,{children:br(t)})]}),` `,`to see all mail. Events take a moment from the mail server to this list: the line above says how old it is.`]}):U(x,{children:[U(`p`,{children:`Nothing has all of it. Drop one of these?`}),U(`ul`,{class:`drops`,children:t.map((e,t)=>U(`li`,{children:U(`a`,{"data-page":!0,href:H({q:n(t),after:void 0,before:void 0}),children:U(`code`,{children:br([e])})})},t))})]})})}var Pr=50;function Fr(){let{query:e}=B.value,t=e.q??``;return jt(t||`Messages`),U(`section`,{class:`list`,"aria-label":`Messages`,children:U(e.in===`events`||(yr(t)??[]).some(({key:e})=>e===`code`)?Lr:Ir,{search:t})})}function Ir({search:e}){let{data:t,problem:n,loading:r,again:i}=q(Gt,Rr(e)),a=q(qt,K.value?null:{search:e}).data?.deliveries.totalCount;return U(x,{children:[U(Er,{events:!1,total:a,loading:r}),n?U(kt,{problem:n,again:i}):t===void 0?U(Tt,{}):t.deliveries.nodes.length===0?U(Nr,{search:e}):U(x,{children:[U(kr,{rows:t.deliveries.nodes}),U(zr,{info:t.deliveries.pageInfo})]})]})}function Lr({search:e}){let{data:t,problem:n,loading:r,again:i}=q(Kt,Rr(e)),a=q(Jt,K.value?null:{search:e}).data?.events.totalCount;return U(x,{children:[U(Er,{events:!0,total:a,loading:r}),n?U(kt,{problem:n,again:i}):t===void 0?U(Tt,{}):t.events.nodes.length===0?U(Nr,{search:e}):U(x,{children:[U(jr,{rows:t.events.nodes}),U(zr,{info:t.events.pageInfo})]})]})}function Rr(e){if(K.value)return null;let{query:t}=B.value,{before:n,after:r}=t;return{search:e,direction:t.order===`oldest`?`ASC`:`DESC`,...n?{last:Pr,before:n}:{first:Pr,after:r??null}}}function zr({info:e}){let{query:t}=B.value,n=t.order===`oldest`,r=t.after!==void 0||t.before!==void 0;if(!e.hasNextPage&&!e.hasPreviousPage&&!r)return null;let i=(e,t,n)=>U(`a`,{class:`button`,"data-page":!0,rel:e,href:H({after:void 0,before:void 0,...t}),children:n});return U(`nav`,{class:`pages`,"aria-label":`Pages of the list`,children:[r&&i(`first`,{},n?`Oldest`:`Newest`),e.hasPreviousPage&&i(`prev`,{before:e.startCursor??void 0},n?`← Older`:`← Newer`),e.hasNextPage&&i(`next`,{after:e.endCursor??void 0},n?`Newer →`:`Older →`)]})}function Br(){return jt(`Statistics`),U(wt,{icon:`clock`,title:`Statistics`,children:U(`p`,{children:`Histogram by status, with ranges to drag, and bounces by reason and domain will be here.`})})}var Vr=5e3,Hr=15e3,Ur=60,Wr=5e3;function Gr(){let e=K.value?null:{},{data:t,problem:n}=q(Ut,e,{everyMs:Vr}),r=q(Wt,e,{everyMs:Hr}),i=r.problem?void 0:r.data?.deadLetters.totalCount;return K.value?null:U(`div`,{class:`health`,children:[U(`span`,{role:`status`,children:n?U(`span`,{class:`warn`,children:[U(W,{name:`warning`}),`No answer from the API: what you see may be old`]}):t&&U(Kr,{pipeline:t.pipeline})}),t?.pipeline.newestEventAt&&U(`span`,{children:[`last event `,U(Q,{at:t.pipeline.newestEventAt})]}),i&&U(`a`,{"data-page":!0,href:V(`dead-letters`),class:i.count>0?`warn`:``,children:[mr(i),` dead `,i.count===1?`letter`:`letters`]})]})}function Kr({pipeline:{lag:e,brokerAvailable:t,ageSeconds:n}}){if(!t||e==null)return U(`span`,{class:`warn`,children:[U(W,{name:`warning`}),`Kafka does not answer: how old this is, is not known`]});if(e===0)return U(`span`,{class:`good`,children:[U(W,{name:`delivered`}),`up to date`]});let r=e>Wr||(n??0)>Ur;return U(`span`,{class:r?`warn`:``,children:[U(W,{name:r?`warning`:`clock`}),e.toLocaleString(`en`),` `,e===1?`event`:`events`,` behind`,r&&`: what you see is old`]})}var qr={auto:`light`,light:`dark`,dark:`auto`},Jr={auto:`auto`,light:`sun`,dark:`moon`},Yr=jn.filter(e=>e!==`UTC`&&e!==An);function Xr(){let e=kn.value===`relative`;return U(`div`,{class:`preferences`,children:[U(`button`,{type:`button`,class:`plain`,"aria-pressed":e,title:e?`Times are relative; show dates`:`Times are dates; show how long ago`,onClick:()=>kn.value=e?`absolute`:`relative`,children:[U(W,{name:`clock`}),e?`Ago`:`Date`]}),U(`select`,{"aria-label":`Time zone`,value:Mn.value,onChange:e=>Mn.value=e.currentTarget.value,children:[U(`option`,{value:`UTC`,children:`UTC`}),An!==`UTC`&&U(`option`,{value:An,children:[Zr(An),` (here)`]}),U(`optgroup`,{label:`Others`,children:Yr.map(e=>U(`option`,{value:e,children:Zr(e)},e))})]}),U(`button`,{type:`button`,class:`plain`,title:`Colours: ${On.value}`,"aria-label":`Colours: ${On.value}. Change to ${qr[On.value]}`,onClick:()=>On.value=qr[On.value],children:U(W,{name:Jr[On.value]})}),G.value!==null&&U(`button`,{type:`button`,class:`plain`,onClick:Lt,children:`Leave`})]})}function Zr(e){return e.replaceAll(`_`,` `)}function Qr(){let{page:e,query:t}=B.value,n=e===``?t.q??``:``,[r,i]=Ce(n),a=Ee(null);return Te(()=>i(n),[n,e]),U(`form`,{class:`search`,role:`search`,onSubmit:async n=>{n.preventDefault();let i=r.trim(),o=Sr(i)&&await ei(i);yt(o?V(`message`,{id:i}):V(``,{q:i,in:e===``?t.in:void 0})),o||a.current?.focus()},children:[U(W,{name:`search`}),U(`input`,{ref:a,id:`search`,type:`search`,name:`q`,value:r,onInput:e=>i(e.currentTarget.value),placeholder:`Tracking id, address, or to: domain: status: …`,"aria-label":`Search mail`,autocomplete:`off`,autocapitalize:`off`,spellcheck:!1}),U(`kbd`,{"aria-hidden":`true`,children:`/`}),U(`button`,{type:`button`,class:`plain`,popovertarget:`search-help`,"aria-label":`How to search`,children:`?`}),U($r,{use:e=>{i(`${r} ${e}`.trim()),a.current?.focus()}})]})}function $r({use:e}){return U(`div`,{id:`search-help`,class:`help`,popover:`auto`,children:[U(`h2`,{children:`Search`}),U(`p`,{children:`Paste a tracking id to go to its message, or an address to see all of its mail. All terms must hold; of values after a comma any one suffices.`}),U(`table`,{children:U(`tbody`,{children:hr.map(({key:t,example:n,says:r})=>U(`tr`,{children:[U(`th`,{scope:`row`,children:U(`button`,{type:`button`,class:`plain`,onClick:()=>e(n),popovertarget:`search-help`,popovertargetaction:`hide`,children:U(`code`,{children:n})})}),U(`td`,{children:r})]},t))})})]})}async function ei(e){try{return(await Bt(Yt,{trackingId:e})).message!=null}catch(e){if(e instanceof zt)return!1;throw e}}var ti=[[``,`Messages`],[`live`,`Live`],[`statistics`,`Statistics`],[`dead-letters`,`Dead letters`]];function ni(){let{page:e}=B.value;return U(`header`,{children:[U(`div`,{class:`bar`,children:[U(`a`,{class:`brand`,"data-page":!0,href:V(``),"aria-label":`Email Delivery Status: all messages`,children:[U(W,{name:`mail`}),U(`span`,{children:`Delivery Status`})]}),U(Qr,{}),U(Xr,{})]}),U(`div`,{class:`bar under`,children:[U(`nav`,{"aria-label":`Pages`,children:ti.map(([t,n])=>U(`a`,{"data-page":!0,href:V(t),"aria-current":ri(t,e)?`page`:void 0,children:n},t))}),U(Gr,{})]})]})}function ri(e,t){return e===t||e===``&&t===`message`}function ii(){let[e,t]=Ce(``);return U(`form`,{class:`notice token`,onSubmit:t=>{t.preventDefault(),Ft(e)},children:[U(`h1`,{children:`This API asks for a token`}),K.value===`refused`&&U(`p`,{role:`alert`,children:`The token was refused: it is wrong, or no longer valid.`}),U(`label`,{for:`token`,children:`Token`}),U(`input`,{id:`token`,type:`password`,autocomplete:`off`,value:e,onInput:e=>t(e.currentTarget.value),"aria-describedby":`token-help`}),U(`p`,{id:`token-help`,class:`quiet`,children:[`A bearer token of `,U(`code`,{children:`[graphql] token_file`}),` or `,U(`code`,{children:`tokens_file`}),`, or a JSON Web Token. It stays in this tab, and goes to this server alone.`]}),U(`button`,{type:`submit`,class:`primary`,children:`Enter`})]})}var ai={"":Fr,message:lr,live:Nt,statistics:Br,"dead-letters":Mt};function oi(){let e=ai[B.value.page];return U(x,{children:[U(`a`,{class:`skip`,href:`#main`,children:`Skip to the content`}),U(ni,{}),U(`main`,{id:`main`,tabIndex:-1,children:K.value?U(ii,{}):U(e,{})}),U(si,{})]})}function si(){return U(`footer`,{children:[U(`a`,{href:`./graphiql`,children:`GraphiQL`}),U(`a`,{href:`./schema.graphql`,children:`Schema`}),U(`a`,{href:`./readyz?verbose`,children:`Readiness`}),U(`a`,{href:`./metrics`,children:`Metrics`})]})}bt(),Tn(),P(U(oi,{}),document.body);