var e,t,n,r,i,a,o,s,c,l,u,d=Symbol.for(`pv`),f={},p=[],m=/^m(i|n|o|s|text|space)$/,h=Array.isArray,g=p.slice,_=Object.assign;function v(e){e&&e.parentNode&&e.remove()}function y(e,t,n){var r,i,a,o={},s=arguments.length;for(a in t)a==`key`?r=t[a]:a==`ref`&&typeof e!=`function`?i=t[a]:o[a]=t[a];return s>2&&(o.children=s>3?g.call(arguments,2):n),b(e,o,r,i,null)}function b(n,r,i,a,o){var s={type:n,props:r,key:i,ref:a,__k:null,__:null,__b:0,__e:null,__c:null,constructor:d,__v:o||++t,__i:-1,__u:0};return!o&&e.vnode&&e.vnode(s),s}function x(e){return e.children}function S(e,t){this.props=e,this.context=t,this.__g=0}function C(e,t){if(t==null)return e.__&&C(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!=`function`||e.props.__P?null:C(e)}function w(t){var n,r=t.__v,i=r.__e,a=[],o=[],s=t.__P;s&&((n=_({constructor:d},r)).__v=r.__v+1,e.vnode&&e.vnode(n),oe(s,n,r,t.__n,s.namespaceURI,32&r.__u?[i]:null,a,i||C(r),32&r.__u,o),n.__v=r.__v,n.__.__k[n.__i]=n,k(a,n,o),r.__=r.__e=null,n.__e!=i&&T(n))}function T(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),T(e)}function E(t){(8&t.__g||(t.__g|=8,r.push(t),a++))&&i==e.debounceRendering||((i=e.debounceRendering)||queueMicrotask)(D)}function D(){try{for(var e,t=1;r.length;)r.length>t&&r.sort(o),e=r.shift(),t=r.length,8&e.__g&&w(e)}finally{(a=r.length)&&(i||queueMicrotask)(D)}}function ee(e,t,n,r,i,a,o,s,c,l,u){var d,m,h,g,_,v,y=r.__k||p,b=t.length;for(c=te(n,t,y,c,b),d=0;d<b;d++)(h=n.__k[d])!=null&&(m=~h.__i&&y[h.__i]||f,h.__i=d,v=oe(e,h,m,i,a,o,s,c,l,u),g=h.__e,(m.ref!=h.ref||8&m.__u)&&(m.ref&&A(m.ref,null,h,m),h.ref&&u.push(h.ref,h.__c||g,h)),_||=g,4&h.__u?(c=O(h,c,e,!m.__v),m.__e&&(m.__e=null)):typeof h.type==`function`&&v!==void 0?c=v:g&&(c=g.nextSibling),h.__u&=-21);return n.__e=_,c}function te(e,t,n,r,i){var a,o,s,c,l,u,f,p,m,g=n.length,_=g,v=0,y=0,S=e.__k=Array(i);for(a=0;a<i;a++)(o=t[a])!=null&&typeof o!=`boolean`&&typeof o!=`function`?(typeof o!=`object`||o.constructor===String?o=S[a]=b(null,o):h(o)?o=S[a]=b(x,{children:o}):o.constructor===d&&o.__b?o=S[a]=b(o.type,o.props,o.key,o.ref,o.__v):S[a]=o,c=a+v,o.__=e,o.__b=e.__b+1,s=null,~(l=o.__i=ne(o,n,c,_))&&(_--,(s=n[l])&&(s.__u|=2)),s&&s.__v?(o.__u|=16,l==c-1?v--:l==c+1?v++:l!=c&&(l>c?v--:v++,y=1)):(~l||(i>g?v--:i<g&&v++),typeof o.type!=`function`&&(o.__u|=4))):S[a]=null;if(y){for(u=[],f=[],a=0;a<i;a++)if((o=S[a])&&16&o.__u){for(v=0,p=u.length;v<p;)u[m=v+p>>1]<o.__i?v=m+1:p=m;u[v]=o.__i,f[a]=v+1}for(v=u.length;a--;)f[a]&&(f[a]==v?v--:S[a].__u|=4)}if(_)for(a=0;a<g;a++)!(s=n[a])||2&s.__u||(s.__e==r&&(r=C(s)),ue(s,s));return r}function O(e,t,n,r){var i,a,o,s;if(typeof e.type==`function`){if(e.props.__P)return t;if(i=e.__k)for(a=0;a<i.length;a++)i[a]&&(i[a].__=e,t=O(i[a],t,n,!1));return t}for(t&&!t.parentNode&&(t=C(e))&&!t.parentNode&&(t=null),o=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(o!=s&&(!r&&n.moveBefore&&o.parentNode?n.moveBefore(o,t):n.insertBefore(o,t||null)),t=o;(t&&=t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(`$s`););return t}function ne(e,t,n,r){var i,a=e.key,o=e.type,s=t[n],c=s&&!(2&s.__u);if(s===null&&a==null||c&&a==s.key&&o==s.type)return n;if(r>+!!c){for(i=n-1;i>=0;i--)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i;for(i=n+1;i<t.length;i++)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i}return-1}function re(e,t,n){n??=``,t[0]==`-`?e.setProperty(t,n):e[t]=n}function ie(e,t,n,r,i){var a,o;if(t==`style`){if(typeof n==`string`)e.style.cssText=n;else{if(typeof r==`string`&&(e.style.cssText=r=``),r)for(t in r)n&&t in n||re(e.style,t);if(n)for(t in n)r&&n[t]==r[t]||re(e.style,t,n[t])}}else if(t[0]==`o`&&t[1]==`n`)typeof n!=`function`&&(n=null),typeof r!=`function`&&(r=null),(e.__e||={})[t]=n,n&&r||(o=u[t]||(u[t]=ae(t)),(e.__a||={})[t]=l,a=t!=(t=t.replace(c,`$1`)),(t=t.slice(2))[0]<`a`&&(t=t.toLowerCase()),n?e.addEventListener(t,o,a):e.removeEventListener(t,o,a));else{if(i==`http://www.w3.org/2000/svg`)t=t.replace(/xlink(H|:h)/,`h`).replace(/sName$/,`s`);else if(t!=`width`&&t!=`height`&&t!=`href`&&t!=`list`&&t!=`form`&&t!=`tabIndex`&&t!=`download`&&t!=`rowSpan`&&t!=`colSpan`&&t!=`role`&&t!=`popover`&&t in e)try{e[t]=n??``;return}catch{}if(typeof n==`function`)return;n==null||!1===n&&t[4]!=`-`?e.removeAttribute(t):e.setAttribute(t,t==`popover`&&n==1?``:n)}}function ae(t){return function(n){var r=this.__e;if(r){if(r=r[t],n[s]==null)n[s]=l++;else if(n[s]<this.__a[t])return;return r(e.event?e.event(n):n)}}}function oe(t,n,r,i,a,o,s,c,l,u){var f,m,g,y,b,w,T,E,D,te,O,ne,re,ie,ae,oe,k,A,j=n.type;if(n.constructor!==d)return null;128&r.__u&&(l=32&r.__u,f=r.__c.__z)&&(n.__u|=l,m=o=[],f.nodeType==8?c=se(f,o):o.push(f),c=o[0]||c),(f=e.__b)&&f(n);n:if(typeof j==`function`){g=s.length;try{if(E=n.props,D=(f=j.prototype)&&f.render,te=(f=j.contextType)&&i[f.__c],O=f?te?te.props.value:f.__:i,(y=r.__c)?(n.__c=y,2&y.__g&&(y.__g|=1)):(D?n.__c=y=new j(E,O):(n.__c=y=new S(E,O),y.constructor=j,y.render=de),te&&te.sub(y),y.state||(y.state={}),y.__n=i,y.__g|=8,y.__h=[],y.__k=[]),D&&(y.__s||(y.__s=y.state),j.getDerivedStateFromProps&&(y.__s==y.state&&(y.__s=_({},y.__s)),_(y.__s,j.getDerivedStateFromProps(E,y.__s)))),b=y.props,w=y.state,y.__v=n,r.__c){if(E!==b&&D&&!j.getDerivedStateFromProps&&y.componentWillReceiveProps&&y.componentWillReceiveProps(E,O),n.__v==r.__v&&!(8&y.__g)||!(4&y.__g)&&y.shouldComponentUpdate&&!1===y.shouldComponentUpdate(E,y.__s,O)){n.__v!=r.__v&&(y.props=E,y.state=y.__s,y.__g&=-9),n.__e=r.__e,n.__k=r.__k,n.__k.some(function(e){e&&(e.__=n)}),p.push.apply(y.__h,y.__k),y.__k=[],y.__h.length&&s.push(y),c=C(r);break n}y.componentWillUpdate&&y.componentWillUpdate(E,y.__s,O),D&&y.componentDidUpdate&&y.__h.push(function(){y.componentDidUpdate(b,w,T)})}else D&&!j.getDerivedStateFromProps&&y.componentWillMount&&y.componentWillMount(),D&&y.componentDidMount&&y.__h.push(y.componentDidMount);y.context=O,y.props=E,y.__P=t,y.__g&=-5,ne=e.__r,re=D?25:0;do y.__g&=-9,ne&&ne(n),f=y.render(y.props,y.state=y.__s,y.context);while(8&y.__g&&++re<25);D&&(p.push.apply(y.__h,y.__k),y.__k=[]),y.state=y.__s,y.getChildContext&&(i=_({},i,y.getChildContext())),D&&r.__c&&y.getSnapshotBeforeUpdate&&(T=y.getSnapshotBeforeUpdate(b,w)),ie=f&&f.type===x&&f.key==null?f.props.children:f,E.__P&&(f=c,a=(t=E.__P).namespaceURI,l=o=null,r.props&&r.props.__P!=t&&(r.__k.some(function(e){e&&ue(e,e)}),r.__k=null),c=r.__k?C(r,0):null),c=ee(t,h(ie)?ie:[ie],n,r,i,a,o,s,c,l,u),E.__P&&(n.__e=null,c=f),n.__u&=-161,m&&m.some(v),y.__h.length&&s.push(y),1&y.__g&&(y.__g&=-4)}catch(t){if(s.length=g,n.__v=null,l||o){if(t&&t.then){if(n.__u|=128|l,o){for(~(k=o.indexOf(c||void 0))||(k=o.length);(A=o[k-1])&&A.nodeType==8;)k--;for(;k<o.length;k++)if(A=o[k]){if(o[k]=null,ae){if(A==oe)break}else{if(A.nodeType!=8)break;A.data.startsWith(`$s`)&&(oe=se(ae=A))}}}if(!ae){for(;c&&c.nodeType==8&&c.nextSibling;)c=c.nextSibling;ae=c}(f=se(ae=n.__c.__z||(n.__c.__z=ae)))?(n.__e=ae,c=f):n.__e=c,c&&=c.nextSibling}else o&&o.some(v)}else n.__e=r.__e;n.__k||=r.__k||[],t&&t.then||ce(n),e.__e(t,n,r)}}else c=n.__e=le(r.__e,n,r,i,a,o,s,l,u,t);return(f=e.diffed)&&f(n),c}function se(e,t){if(e&&e.nodeType==8&&e.data.startsWith(`$s`))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith(`$s`))n++;else if(e.data.startsWith(`/$s`)&&!--n)return e}t&&t.push(e)}}function ce(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(ce))}function k(t,n,r){for(var i=0;i<r.length;)A(r[i++],r[i++],r[i++]);e.__c&&e.__c(n,t),t.some(function(n){try{t=n.__h,n.__h=[],t.some(function(e){e.call(n)})}catch(t){e.__e(t,n.__v)}})}function le(t,n,r,i,a,o,s,c,l,u){var d,p,_,y,b,x,S,w,T=r.props||f,E=n.props,D=n.type;if(D==`svg`?a=`http://www.w3.org/2000/svg`:D==`math`?a=`http://www.w3.org/1998/Math/MathML`:a||=`http://www.w3.org/1999/xhtml`,o){for(d=0;d<o.length;d++)if((b=o[d])&&(D?b.localName==D:b.nodeType==3)){t=b,o[d]=null;break}}if(!t){if(w=u.ownerDocument||document,!D)return w.createTextNode(E);t=w.createElementNS(a,D,E.is?E:u),c&&=(e.__m&&e.__m(n,o),!1),o=null}if(D){if(u=D==`template`&&t.content||t,o=D==`textarea`&&E.defaultValue!=null?null:o&&g.call(u.childNodes),!c&&o)for(T={},d=0;d<t.attributes.length;d++)T[(b=t.attributes[d]).name]=b.value;for(d in T)b=T[d],d==`dangerouslySetInnerHTML`?_=b:d==`children`||d in E||d==`value`&&`defaultValue`in E||d==`checked`&&`defaultChecked`in E||ie(t,d,null,b,a);for(d in E)b=E[d],d==`children`?y=b:d==`dangerouslySetInnerHTML`?p=b:d==`value`?x=b:d==`checked`?S=b:c&&typeof b!=`function`||T[d]===b||ie(t,d,b,T[d],a);p?(c||_&&(p.__html==_.__html||p.__html==t.innerHTML)||(t.innerHTML=p.__html),n.__k=[]):(_&&(t.textContent=``),(D==`foreignObject`||a==`http://www.w3.org/1998/Math/MathML`&&m.test(D))&&(a=`http://www.w3.org/1999/xhtml`),ee(u,h(y)?y:[y],n,r,i,a,o,s,o?o[0]:r.__k&&C(r,0),c,l),o&&o.some(v)),c&&D!=`textarea`||(d=`value`,D==`progress`&&x==null?t.removeAttribute(d):x==null||x===t[d]&&(D!=`progress`||x)||ie(t,d,x,T[d],a),d=`checked`,S!=null&&S!=t[d]&&ie(t,d,S,T[d],a))}else T===E||c&&t.data==E||(t.data=E);return t}function A(t,n,r,i){try{typeof t==`function`?n?n.__x=t(n)||1:(i&&=i.__c||i.__e)&&(n=i.__x)&&(i.__x=null,typeof n==`function`?n():t(null)):t.current=n}catch(t){e.__e(t,r)}}function ue(t,n,r){var i,a,o,s;if(e.unmount&&e.unmount(t),!(i=t.ref)||i.current&&i.current!=t.__e||A(i,null,n,t),i=t.__c){if(i.componentWillUnmount)try{i.componentWillUnmount()}catch(t){e.__e(t,n)}i.__P=i.__n=null}if(i=t.__k)for(s=0;s<i.length;s++)i[s]&&ue(i[s],n,typeof t.type!=`function`||r&&!t.props.__P);!r&&(i=t.__c)&&(i=i.__z)&&(a=se(i,o=[]))&&(i==t.__e&&o.some(v),v(a),v(i)),r||v(t.__e),t.__e=t.__c=t.__=null}function de(e,t,n){return this.constructor(e,n)}function j(t,n){var r,i,a,o;e.__&&e.__(t,n),n.nodeType==9&&(n=n.documentElement),i=(r=t&&32&t.__u)?null:n.__k,n.__k=b(x,{children:[t]}),a=[],o=[],oe(n,n.__k,i||f,f,n.namespaceURI,i?null:n.firstChild?g.call(n.childNodes):null,a,i?i.__e:n.firstChild,r,o),k(a,n.__k,o),n.__k.props.children=null}e={__e:function(e,t,n,r){for(var i,o,s;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((s=(o=i.constructor)&&o.getDerivedStateFromError)&&i.setState(o.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,r||{}),s=1),s&&8&i.__g)return void(i.__g|=2)}catch(t){e=t}}throw a=0,e}},t=0,n=function(e){return e!=null&&e.constructor===d},S.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=_({},this.state)),typeof e==`function`&&(e=e(_({},n),this.props)),e&&(_(n,e),this.__v&&(t&&this.__k.push(t),E(this)))},S.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),E(this))},S.prototype.render=x,r=[],a=0,o=function(e,t){return e.__v.__b-t.__v.__b},s=Symbol(),c=/(PointerCapture)$|Capture$/i,l=0,u={};var fe,M,pe,me,he=Object.is,ge=0,_e=[],ve=[],N=e,ye=N.__b,be=N.__r,xe=N.diffed,Se=N.__c,Ce=N.unmount,we=N.__;function Te(e,t){N.__h&&N.__h(M,e,ge||t),ge=0;var n=M.__H||(M.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function P(e){return ge=1,Ee(Ie,e)}function Ee(e,t,n){var r=Te(fe++,2);if(r.t=e,!r.__c&&(r.__=[n?n(t):Ie(void 0,t),function(e){var t=(r.__N||r.__)[0],n=r.t(t,e);he(t,n)||(r.__N=[n,r.__[1]],r.__c.setState({}))}],r.__c=M,!M.__f)){M.__f=!0;var i=M.shouldComponentUpdate;M.shouldComponentUpdate=function(e,t,n){var r=this.__H;if(!r)return!0;var a=!1,o=this.props!=e;if(r.__.some(function(e){e.__N&&(a=!0,he(e.__[0],e.__N[0])||(o=!0))}),i){var s=i.call(this,e,t,n);return a?s||o:s}return!a||o}}return r.__}function F(e,t){var n=Te(fe++,3);!N.__s&&Fe(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,M.__H.__h.push(n))}function De(e){return ge=5,Oe(function(){return{current:e}},[])}function Oe(e,t){var n=Te(fe++,7);return Fe(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function ke(){var e;do{for(;e=ve.shift();)try{Ne(e)}catch(t){N.__e(t,{__:(e=e.__P)&&e.__v})}for(;e=_e.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Ne),t.__h.some(Pe),t.__h=[]}catch(n){t.__h=[],N.__e(n,e.__v)}}}while(ve.length)}N.__b=function(e){M=null,ye&&ye(e)},N.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),we&&we(e,t)},N.__r=function(e){be&&be(e),fe=0;var t=(M=e.__c).__H;t&&(pe==M?M.__h=[]:(t.__h.some(Ne),t.__h.some(Pe),fe=0),t.__h=[],t.__.some(function(e){e.__N&&(e.__=e.__N),e.u=e.__N=void 0})),pe=M},N.diffed=function(e){xe&&xe(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Me(_e.push(t)),t.__H.__.some(function(e){e.u&&(e.__H=e.u)})),pe=M=null},N.__c=function(e,t){t.some(function(e){try{e.__h.some(Ne),e.__h=e.__h.filter(function(e){return!e.__||Pe(e)})}catch(t){e.__h=[function(){throw t}]}}),Se&&Se(e,t)},N.unmount=function(e){Ce&&Ce(e);var t,n,r=e.__c;r&&r.__H&&(r.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n&&=n.__c}r.__P=n,Me(ve.push(r))}else Ne(r)}catch(e){t=e}}),r.__H=void 0,t&&N.__e(t,r.__v))};var Ae=typeof requestAnimationFrame==`function`;function je(e){var t,n=function(){clearTimeout(r),Ae&&cancelAnimationFrame(t),setTimeout(e)},r=setTimeout(n,35);Ae&&(t=requestAnimationFrame(n))}function Me(e){e!=1&&me==N.requestAnimationFrame||((me=N.requestAnimationFrame)||je)(ke)}function Ne(e){var t=M,n=e.__c;typeof n==`function`&&(e.__c=void 0,n()),M=t}function Pe(e){var t=M;e.__c=e.__(),M=t}function Fe(e,t){return!e||e.length!=t.length||t.some(function(t,n){return!he(t,e[n])})}function Ie(e,t){return typeof t==`function`?t(e):t}var Le=Symbol.for(`preact-signals`);function Re(){if(Ue>1)Ue--;else{var e,t=!1;for((function(){var e=qe;for(qe=void 0;e!==void 0;){var t=e.S;if(t.v===e.v)for(var n=t.t;n!==void 0;n=n.x)n.i===e.i&&(n.i=t.i);e=e.o}})();He!==void 0;){var n=He;for(He=void 0,We++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&Ze(n))try{n.c()}catch(n){t||=(e=n,!0)}n=r}}if(We=0,Ue--,t)throw e}}function ze(e){if(Ue>0)return e();Ke=++Ge,Ue++;try{return e()}finally{Re()}}var Be,I=void 0;function Ve(e){var t=I,n=Be;I=void 0,Be=void 0;try{return e()}finally{I=t,Be=n}}var He=void 0,Ue=0,We=0,Ge=0,Ke=0,qe=void 0,Je=0;function Ye(e){if(I!==void 0){var t=e.n;if(t===void 0||t.t!==I)return t={i:0,S:e,p:I.s,n:void 0,t:I,e:void 0,x:void 0,r:t},I.s!==void 0&&(I.s.n=t),I.s=t,e.n=t,32&I.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=I.s,t.n=void 0,I.s.n=t,I.s=t),t}}function L(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}L.prototype.brand=Le,L.prototype.h=function(){return!0},L.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n===void 0?Ve(function(){var e;(e=t.W)==null||e.call(t)}):n.e=e)},L.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&Ve(function(){var e;(e=t.Z)==null||e.call(t)}))}},L.prototype.subscribe=function(e){var t=this;return ot(function(){var n=t.value;Ve(function(){return e(n)})},{name:`sub`})},L.prototype.valueOf=function(){return this.value},L.prototype.toString=function(){return this.value+``},L.prototype.toJSON=function(){return this.value},L.prototype.peek=function(){var e=this;return Ve(function(){return e.value})},Object.defineProperty(L.prototype,"value",{get:function(){var e=Ye(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(We>100)throw Error(`Cycle detected`);(function(e){Ue!==0&&We===0&&e.l!==Ke&&(e.l=Ke,qe={S:e,v:e.v,i:e.i,o:qe})})(this),this.v=e,this.i++,Je++,Ue++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{Re()}}}});function Xe(e,t){return new L(e,t)}function Ze(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function Qe(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function $e(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function et(e,t){L.call(this,void 0,t),this.x=e,this.s=void 0,this.g=Je-1,this.f=4}et.prototype=new L,et.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Je))return!0;if(this.g=Je,this.f|=1,this.i>0&&!Ze(this))return this.f&=-2,!0;var e=I;try{Qe(this),I=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(e){this.v=e,this.f|=16,this.i++}return I=e,$e(this),this.f&=-2,!0},et.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}L.prototype.S.call(this,e)},et.prototype.U=function(e){if(this.t!==void 0&&(L.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}},et.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}},Object.defineProperty(et.prototype,"value",{get:function(){if(1&this.f)throw Error(`Cycle detected`);var e=Ye(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function tt(e,t){return new et(e,t)}function nt(e){var t=e.j;if(e.j=void 0,typeof t==`function`){Ue++;var n=I;I=void 0;try{t()}catch(t){throw e.f&=-2,e.f|=8,rt(e),t}finally{I=n,Re()}}}function rt(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,nt(e)}function it(e){if(I!==this)throw Error(`Out-of-order effect`);$e(this),I=e,this.f&=-2;try{8&this.f&&rt(this)}finally{Re()}}function at(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,Be&&Be.push(this)}at.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==`function`&&(this.j=t)}finally{e()}},at.prototype.S=function(){if(1&this.f)throw Error(`Cycle detected`);this.f|=1,this.f&=-9,nt(this),Qe(this),Ue++;var e=I;return I=this,it.bind(this,e)},at.prototype.N=function(){2&this.f||(this.f|=2,this.u=He,He=this)},at.prototype.d=function(){this.f|=8,1&this.f||rt(this)},at.prototype.dispose=function(){this.d()};function ot(e,t){var n=new at(e,t);try{n.c()}catch(e){throw n.d(),e}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var st,ct,lt=typeof window<`u`&&!!window.__PREACT_SIGNALS_DEVTOOLS__,ut=[];ot(function(){st=this.N})();function dt(t,n){e[t]=n.bind(null,e[t]||function(){})}function ft(e){if(ct){var t=ct;ct=void 0,t()}ct=e&&e.S()}function pt(e){var t=this,r=e.data,i=ht(r);i.name=`ReactiveDom`,i.value=r;var a=Oe(function(){for(var e=t,r=t.__v;r=r.__;)if(r.__c){r.__c.__$f|=4;break}var a=tt(function(){var e=i.value.value;return e===0?0:!0===e?``:e||``}),o=tt(function(){return!Array.isArray(a.value)&&!n(a.value)}),s=ot(function(){if(this.N=vt,o.value){var t=a.value;e.__v&&e.__v.__e&&e.__v.__e.nodeType===3&&(e.__v.__e.data=t)}}),c=t.__$u.d;return t.__$u.d=function(){s(),c.call(this)},[o,a]},[]),o=a[0],s=a[1];return o.value?s.peek():s.value}pt.displayName=`ReactiveTextNode`,Object.defineProperties(L.prototype,{constructor:{configurable:!0,value:y(x,null).constructor},type:{configurable:!0,value:pt},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}}),dt(`__b`,function(e,t){if(ft(),typeof t.type==`string`){var n,r=t.props;for(var i in r)if(i!==`children`){var a=r[i];a instanceof L&&(n||(t.__np=n={}),n[i]=a,r[i]=a.peek())}}e(t)}),dt(`__r`,function(e,t){if(e(t),t.type!==x){ft();var n,r=t.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=function(e,t){var n;return ot(function(){n=this},{name:t}),n.c=e,n}(function(e){return function(){var t;lt&&((t=this.y)==null||t.call(this)),e.__$f|=1,e.setState({})}}(r),typeof t.type==`function`?t.type.displayName||t.type.name:``))),ft(n)}}),dt(`__e`,function(e,t,n,r){ft(),e(t,n,r)}),dt(`diffed`,function(e,t){ft();var n;if(typeof t.type==`string`&&(n=t.__e)){var r=t.__np,i=t.props,a=n.U;if(a)for(var o in a){var s=a[o];s===void 0||r&&o in r||(s.d(),a[o]=void 0)}if(r)for(var c in a||(a={},n.U=a),r){var l=a[c],u=r[c];l===void 0?(l=mt(n,c,u,i),a[c]=l):l.o(u,i)}}e(t)});function mt(e,t,n,r){var i=t in e&&e.ownerSVGElement===void 0,a=Xe(n);return{o:function(e,t){a.value=e,r=t},d:ot(function(){this.N=vt;var n=a.value.value;r[t]!==n&&(r[t]=n,i?e[t]=n:n!=null&&(!1!==n||t[4]===`-`)?e.setAttribute(t,n):e.removeAttribute(t))})}}dt(`unmount`,function(e,t){if(typeof t.type==`string`){var n=t.__e;if(n){var r=n.U;if(r)for(var i in n.U=void 0,r){var a=r[i];a&&a.d()}}var o=t.__np;if(o){var s=t.props;for(var c in o)s[c]=o[c]}t.__np=void 0}else{var l=t.__c;if(l){l.__$f|=8;var u=l.__$u;u&&(l.__$u=void 0,u.d())}}e(t)}),dt(`__h`,function(e,t,n,r){r<3&&(t.__$f|=2),e(t,n,r)}),S.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==`boolean`&&!0===this.u){var a=2&this.__$f;if(!(r||a||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var o in e)if(o!==`__source`&&e[o]!==this.props[o])return!0;for(var s in this.props)if(!(s in e))return!0;return!1};function ht(e,t){return Oe(function(){return Xe(e,t)},[])}var gt=function(e){queueMicrotask(function(){queueMicrotask(e)})};function _t(){ze(function(){for(var e;e=ut.shift();)st.call(e)})}function vt(){ut.push(this)===1&&(e.requestAnimationFrame||gt)(_t)}var yt=[``,`message`,`live`,`statistics`,`dead-letters`],R=Xe(bt(location));function bt(e){let t=e.pathname.split(`/`).at(-1)??``;return{page:yt.includes(t)?t:``,query:Object.fromEntries(new URLSearchParams(e.search))}}function z(e,t={}){let n=Object.entries(t).filter(e=>!!e[1]),r=new URLSearchParams(n).toString();return`./${e}${r&&`?${r}`}`}function B(e){return z(R.value.page,{...R.value.query,...e})}var xt=z(``);function St(){Ct(xt)}function Ct(e,t=`push`){let n=new URL(e,document.baseURI);history[t===`push`?`pushState`:`replaceState`](null,``,n);let r=R.value.page;R.value=bt(n),t===`push`&&window.scrollTo(0,0),R.value.page!==r&&requestAnimationFrame(()=>document.querySelector(`main`)?.focus())}function wt(){addEventListener(`popstate`,()=>R.value=bt(location)),ot(()=>{R.value.page===``&&(xt=B({}))}),addEventListener(`click`,e=>{let t=e.target instanceof Element?e.target.closest(`a`):null,n=e.button===0&&!(e.metaKey||e.ctrlKey||e.shiftKey||e.altKey);t===null||!n||e.defaultPrevented||t.target||t.hasAttribute(`download`)||t.dataset.page!==void 0&&t.origin===location.origin&&(e.preventDefault(),Ct(t.href))})}var Tt=[{key:`to`,example:`to:ann@example.org`,says:`the recipient's address`},{key:`domain`,example:`domain:example.org`,says:`the recipient's domain`},{key:`id`,example:`id:abc-123`,says:`the tracking id; also msgid:`},{key:`status`,example:`status:bounced,deferred`,says:`queued, deferred, delivered, bounced, unknown`},{key:`category`,example:`category:mailbox_full`,says:`the reason of a deferral or a bounce`},{key:`sender`,example:`sender:42`,says:`the account that sent the mail`},{key:`code`,example:`code:103`,says:`the event's code, in the list of events`},{key:`after`,example:`after:1h`,says:`at this time or later: 30s, 15m, 7d, 2026-11-22, 2026-11-22T10:00:00Z`},{key:`before`,example:`before:2026-11-22`,says:`before this time`},{key:`-`,example:`-status:delivered`,says:`not this`}],Et=String.raw`(?:"(?:[^"\\]|\\["\\])*"|[^\s,"]+)`,Dt=new RegExp(String.raw`(-?)(?:([A-Za-z_]+):)?(${Et}(?:,${Et})*)(?=\s|$)`,`y`),Ot=new RegExp(Et,`g`);function V(e){let t=[],n=0;for(;;){for(;/\s/.test(e.charAt(n));)n+=1;if(n>=e.length)return t;Dt.lastIndex=n;let r=Dt.exec(e);if(r===null)return null;let i=(r[3]??``).match(Ot)?.map(Rt)??[],a=r[2]?.toLowerCase()??(i.every(e=>e.includes(`@`))?`to`:`id`);t.push({key:a,values:i,negated:r[1]===`-`}),n=Dt.lastIndex}}function kt(e){return e.map(({key:e,values:t,negated:n})=>`${n?`-`:``}${e}:${t.map(Lt).join(`,`)}`).join(` `)}function At(e,t,n,r=!1){let i=V(e)??[],a=i.find(e=>e.key===t&&e.negated===r);if(a===void 0)return kt([...i,{key:t,values:[n],negated:r}]);let o=a.values.includes(n)?a.values:[...a.values,n];return kt(i.map(e=>e===a?{...e,values:o}:e))}function jt(e,t,n){let r=(V(e)??[]).filter(e=>e.key!==t||e.negated);return kt(n===void 0?r:[...r,{key:t,values:[n],negated:!1}])}function Mt(e,t,n,r=!1){return kt((V(e)??[]).map(e=>e.key===t&&e.negated===r?{...e,values:e.values.filter(e=>e!==n)}:e).filter(e=>e.values.length>0))}function Nt(e,t){return kt([{key:e,values:[t],negated:!1}])}var Pt=[`to`,`domain`,`id`,`msgid`,`category`,`class`,`sender`,`after`];function Ft(e){let t=V(e)??[],n=t.some(({key:e,negated:t})=>t&&e!==`status`),r=t.some(({key:e,negated:t})=>!t&&Pt.includes(e));return n&&!r?At(e,`after`,`30d`):e}function It(e){return e!==``&&e.length<=500&&!Tt.some(({key:t})=>RegExp(`(^|\\s)-?${t}:`,`i`).test(e))}function Lt(e){return/^[^\s,"]+$/.test(e)?e:`"${e.replace(/["\\]/g,`\\$&`)}"`}function Rt(e){return e.startsWith(`"`)?e.slice(1,-1).replace(/\\(["\\])/g,`$1`):e}var zt=Symbol.for(`pv`),Bt=0;Array.isArray;function H(t,n,r,i,a,o){n||={};var s,c,l=n;if(`ref`in l&&typeof t!=`function`)for(c in l={},n)c==`ref`?s=n[c]:l[c]=n[c];var u={type:t,props:l,key:r,ref:s,__k:null,__:null,__b:0,__e:null,__c:null,constructor:zt,__v:--Bt,__i:-1,__u:0};return(a||o)&&(u.__source=a,u.__self=o),e.vnode&&e.vnode(u),u}var Vt={queued:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.3`,deferred:`M13 8A5 5 0 1 1 11.3 4.3M13.2 2.5v3h-3`,delivered:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8.2l1.8 1.8 3.4-3.8`,bounced:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6 6l4 4M10 6l-4 4`,unknown:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6.6 6.4a1.5 1.5 0 1 1 2 1.6c-.4.2-.6.5-.6.9M8 10.8v.1`,opened:`M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8M8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2`,clicked:`M6 6l7 2.6-3.2 1.2L8.6 13zM3 3l1 1M6.5 2v1.400M2 6.500h1.4`,complained:`M4 14V2.500h7.500L10 5.500l1.5 3H4`,unsubscribed:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8h5`,search:`M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.300l3.2 3.2`,copy:`M6 6h7v7H6zM3 10V3h7`,done:`M3.5 8.500l3 3 6-7`,warning:`M8 2.5 14 13H2zM8 6.500v3M8 11.200v.1`,close:`M4 4l8 8M12 4l-8 8`,sun:`M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1.500v1M8 13.500v1M1.5 8h1M13.5 8h1M3.4 3.400l.7.7M11.9 11.900l.7.7M12.6 3.400l-.7.7M4.1 11.900l-.7.7`,moon:`M13 9.500A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5`,auto:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 2.500v11M8 5h4.500M8 8h5.500M8 11h4.5`,clock:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.200l2.2 1.3`,mail:`M2 4h12v8.500H2zM2 4.500l6 4.5 6-4.5`,back:`M9.5 3.5 5 8l4.5 4.5`,next:`M6.5 3.5 11 8l-4.5 4.5`};function U({name:e}){return H(`svg`,{class:`icon`,viewBox:`0 0 16 16`,"aria-hidden":`true`,focusable:`false`,children:H(`path`,{d:Vt[e]})})}function Ht({icon:e,title:t,level:n=2,children:r}){return H(`div`,{class:`notice`,children:[H(U,{name:e}),H(n===1?`h1`:`h2`,{children:t}),r]})}function Ut({rows:e=12}){return H(`div`,{class:`loading`,role:`status`,"aria-label":`Loading`,children:Array.from({length:e},(e,t)=>H(`div`,{class:`bone`},t))})}var Wt={UNREACHABLE:`The server does not answer`,UNAVAILABLE:`The store or the broker is away`,BAD_USER_INPUT:`This search can't be read`,NO_INDEX:`This search would read everything`,LIMIT_EXCEEDED:`That is more than one answer may hold`,RATE_LIMITED:`Too many questions at once`,FORBIDDEN:`This token may not see that`,BAD_CURSOR:`This page of the list is no more`},Gt={UNREACHABLE:`Check that it runs and that the network is there, then try again.`,UNAVAILABLE:`It is asked again as soon as you try; nothing is lost meanwhile.`,RATE_LIMITED:`Wait for a moment, then try again.`,FORBIDDEN:`Ask for a token that sees all senders.`,INTERNAL_SERVER_ERROR:`The server's log has the details under this id.`},Kt=[`BAD_USER_INPUT`,`NO_INDEX`,`BAD_CURSOR`,`LIMIT_EXCEEDED`];function qt({problem:e,again:t,level:n=2}){return H(`div`,{role:`alert`,children:H(Ht,{icon:`warning`,level:n,title:Wt[e.code]??`That went wrong`,children:[H(`p`,{children:e.message}),Gt[e.code]&&H(`p`,{class:`quiet`,children:Gt[e.code]}),Kt.includes(e.code)?H(Jt,{code:e.code}):H(`button`,{type:`button`,onClick:t,children:`Try again`})]})})}function Jt({code:e}){let t=R.value.query.q??``;return H(`p`,{class:`choices`,children:[e===`NO_INDEX`&&H(`a`,{class:`button`,"data-page":!0,href:B({q:At(t,`after`,`30d`)}),children:`Only the last 30 days`}),H(`button`,{type:`button`,popovertarget:`search-help`,children:`How to search`}),H(`a`,{class:`button`,"data-page":!0,href:B({after:void 0,before:void 0}),children:`To the first page`}),H(`a`,{class:`button`,"data-page":!0,href:z(``),children:`All mail`})]})}function Yt(e){F(()=>{document.title=`${e} · Email Delivery Status`},[e])}function Xt(){return Yt(`Dead letters`),H(Ht,{level:1,icon:`clock`,title:`Dead letters`,children:H(`p`,{children:`What could not be used: why, its bytes, and how to send it on will be here.`})})}function Zt(){return Yt(`Live`),H(Ht,{level:1,icon:`clock`,title:`Live`,children:H(`p`,{children:`Events as they arrive, with pause and the rate will be here.`})})}var Qt=`eds.token`,W=Xe(sessionStorage.getItem(Qt)),G=Xe(``);function $t(e){let t=e.trim().replace(/^Bearer\s+/i,``);t!==``&&(sessionStorage.setItem(Qt,t),W.value=t,G.value=``)}function en(e){W.value===e&&(sessionStorage.removeItem(Qt),G.value=e===null?`none`:`refused`,W.value=null)}function tn(){sessionStorage.removeItem(Qt),W.value=null,G.value=`none`}var nn=new URL(`./graphql`,document.baseURI).href,K=class extends Error{code;constructor(e,t){super(e),this.code=t}};async function rn(e,t,n){let r=W.value,{data:i,errors:a}=await on(await an(JSON.stringify({query:e.toString(),variables:t}),r,n)),o=a?.[0];if(o!==void 0||i==null){let e=new K(o?.message??`The answer was empty.`,o?.extensions?.code??`UNKNOWN`);throw e.code===`UNAUTHENTICATED`&&en(r),e}return i}async function an(e,t,n){let r={"content-type":`application/json`,accept:`application/graphql-response+json, application/json;q=0.9`};t!==null&&(r.authorization=`Bearer ${t}`);try{return await fetch(nn,{method:`POST`,headers:r,body:e,...n&&{signal:n}})}catch(e){throw n?.aborted?e:new K(`The server does not answer.`,`UNREACHABLE`)}}async function on(e){try{return await e.json()}catch{throw new K(`The server answered HTTP ${e.status}, and no GraphQL.`,`UNREACHABLE`)}}function q(e,t,{everyMs:n,version:r}={}){let[i,a]=P({}),[o,s]=P(0),c=W.value,l=t===null?null:JSON.stringify([t,c,o,r]);return F(()=>{if(t===null||l===null)return;let r=new AbortController,i=0,o=()=>{window.document.hidden?window.document.addEventListener(`visibilitychange`,o,{once:!0,signal:r.signal}):s(e=>e+1)};return rn(e,t,r.signal).then(e=>a({data:e,of:l})).catch(e=>{if(!r.signal.aborted){if(!(e instanceof K))throw e;a(t=>({...t,problem:e,of:l}))}}).finally(()=>{n!==void 0&&!r.signal.aborted&&(i=window.setTimeout(o,n))}),()=>{r.abort(),clearTimeout(i)}},[e,l,n]),{data:i.data,problem:i.problem,loading:l!==null&&i.of!==l,again:()=>s(e=>e+1)}}var J=class extends String{__apiType;value;__meta__;constructor(e,t){super(e),this.value=e,this.__meta__=t}toString(){return this.value}};new J(`
    fragment Total on TotalCount {
  count
  precision
}
    `,{fragmentName:`Total`}),new J(`
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
    `,{fragmentName:`MessageEvent`});var sn=new J(`
    query StatusFacet($delivered: String, $deferred: String, $bounced: String, $queued: String, $unknown: String) {
  delivered: deliveries(search: $delivered, first: 1) {
    totalCount {
      ...Total
    }
  }
  deferred: deliveries(search: $deferred, first: 1) {
    totalCount {
      ...Total
    }
  }
  bounced: deliveries(search: $bounced, first: 1) {
    totalCount {
      ...Total
    }
  }
  queued: deliveries(search: $queued, first: 1) {
    totalCount {
      ...Total
    }
  }
  unknown: deliveries(search: $unknown, first: 1) {
    totalCount {
      ...Total
    }
  }
}
    fragment Total on TotalCount {
  count
  precision
}`),cn=new J(`
    query Facets($kinds: StatisticsFilter, $domains: StatisticsFilter, $categories: StatisticsFilter, $senders: StatisticsFilter, $first: Int!) {
  kinds: statistics(where: $kinds, interval: DAY) {
    since
    until
    totals {
      queued
      deferred
      delivered
      bounced
      complained
      unsubscribed
      opened
      clicked
      unknown
    }
  }
  domains: statistics(where: $domains, interval: DAY) {
    breakdown(by: RECIPIENT_DOMAIN, first: $first) {
      value
      totals {
        total
        bounceRate
      }
    }
  }
  categories: statistics(where: $categories, interval: DAY) {
    breakdown(by: CATEGORY, first: $first) {
      value
      totals {
        total
      }
    }
  }
  senders: statistics(where: $senders, interval: DAY) {
    breakdown(by: SENDER_ID, first: $first) {
      value
      totals {
        total
        bounceRate
      }
    }
  }
}
    `),ln=new J(`
    query Health {
  pipeline {
    lag
    ageSeconds
    newestEventAt
    brokerAvailable
    version
  }
}
    `),un=new J(`
    query PendingDeadLetters {
  deadLetters(where: {states: [OPEN, PARTLY]}, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),dn=new J(`
    query Deliveries($search: String, $direction: OrderDirection!, $first: Int, $after: String, $last: Int, $before: String) {
  rows: deliveries(
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
}`),fn=new J(`
    query Events($search: String, $direction: OrderDirection!, $first: Int, $after: String, $last: Int, $before: String) {
  rows: events(
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
}`),pn=new J(`
    query CountDeliveries($search: String) {
  rows: deliveries(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),mn=new J(`
    query CountEvents($search: String) {
  rows: events(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),hn=new J(`
    query ExportDeliveries($search: String, $direction: OrderDirection!, $first: Int!, $after: String) {
  rows: deliveries(
    search: $search
    orderBy: {direction: $direction}
    first: $first
    after: $after
  ) {
    nodes {
      ...DeliveryRow
      phaseAt
      mailFrom
      eventCount
      deliveredAt
      bouncedAt
      firstEventAt
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
}`),gn=new J(`
    query ExportEvents($search: String, $direction: OrderDirection!, $first: Int!, $after: String) {
  rows: events(
    search: $search
    orderBy: {direction: $direction}
    first: $first
    after: $after
  ) {
    nodes {
      ...EventRow
      eventId
      source
      partition
      offset
      mailFrom
      respClass
      status
      tries
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
}`),_n=new J(`
    query Exists($trackingId: String!) {
  message(trackingId: $trackingId) {
    id
  }
}
    `),vn=new J(`
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
}`),yn=new J(`
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
}`),bn=new J(`
    subscription MessageChanged($trackingId: String!) {
  messageChanged(trackingId: $trackingId) {
    id
    revision
  }
}
    `),xn=new J(`
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
}`);function Y(e){return e===null?`null`:Array.isArray(e)?`array`:typeof e}function Sn(e){return Y(e)===`object`}function Cn(e){return Array.isArray(e)&&e.length>0&&e.every(e=>`message`in e)}function wn(e,t){return e.length<124?e:t}var X=(e=>(e[e.InternalServerError=4500]=`InternalServerError`,e[e.InternalClientError=4005]=`InternalClientError`,e[e.BadRequest=4400]=`BadRequest`,e[e.BadResponse=4004]=`BadResponse`,e[e.Unauthorized=4401]=`Unauthorized`,e[e.Forbidden=4403]=`Forbidden`,e[e.SubprotocolNotAcceptable=4406]=`SubprotocolNotAcceptable`,e[e.ConnectionInitialisationTimeout=4408]=`ConnectionInitialisationTimeout`,e[e.ConnectionAcknowledgementTimeout=4504]=`ConnectionAcknowledgementTimeout`,e[e.SubscriberAlreadyExists=4409]=`SubscriberAlreadyExists`,e[e.TooManyInitialisationRequests=4429]=`TooManyInitialisationRequests`,e))(X||{}),Z=(e=>(e.ConnectionInit=`connection_init`,e.ConnectionAck=`connection_ack`,e.Ping=`ping`,e.Pong=`pong`,e.Subscribe=`subscribe`,e.Next=`next`,e.Error=`error`,e.Complete=`complete`,e))(Z||{});function Tn(e){if(!Sn(e))throw Error(`Message is expected to be an object, but got ${Y(e)}`);if(!e.type)throw Error(`Message is missing the 'type' property`);if(typeof e.type!=`string`)throw Error(`Message is expects the 'type' property to be a string, but got ${Y(e.type)}`);switch(e.type){case`connection_init`:case`connection_ack`:case`ping`:case`pong`:if(e.payload!=null&&!Sn(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${e.payload}"`);break;case`subscribe`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Sn(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Y(e.payload)}`);if(typeof e.payload.query!=`string`)throw Error(`"${e.type}" message payload expects the 'query' property to be a string, but got ${Y(e.payload.query)}`);if(e.payload.variables!=null&&!Sn(e.payload.variables))throw Error(`"${e.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${Y(e.payload.variables)}`);if(e.payload.operationName!=null&&Y(e.payload.operationName)!==`string`)throw Error(`"${e.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${Y(e.payload.operationName)}`);if(e.payload.extensions!=null&&!Sn(e.payload.extensions))throw Error(`"${e.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${Y(e.payload.extensions)}`);break;case`next`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Sn(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Y(e.payload)}`);break;case`error`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Cn(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(e.payload)}`);break;case`complete`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);break;default:throw Error(`Invalid message 'type' property "${e.type}"`)}return e}function En(e,t){return Tn(typeof e==`string`?JSON.parse(e,t):e)}function Dn(e,t){return Tn(e),JSON.stringify(e,t)}function On(e){let{url:t,connectionParams:n,lazy:r=!0,onNonLazyError:i=console.error,lazyCloseTimeout:a=0,keepAlive:o=0,disablePong:s,connectionAckWaitTimeout:c=0,retryAttempts:l=5,retryWait:u=async function(e){let t=2**e;await new Promise(e=>setTimeout(e,t*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:d=An,on:f,webSocketImpl:p,generateID:m=function(){return`xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx`.replace(/[xy]/g,e=>{let t=Math.random()*16|0;return(e==`x`?t:t&3|8).toString(16)})},jsonMessageReplacer:h,jsonMessageReviver:g}=e,_;if(p){if(!Mn(p))throw Error(`Invalid WebSocket implementation provided`);_=p}else typeof WebSocket<`u`?_=WebSocket:typeof global<`u`?_=global.WebSocket||global.MozWebSocket:typeof window<`u`&&(_=window.WebSocket||window.MozWebSocket);if(!_)throw Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let v=_,y=(()=>{let e=(()=>{let e={};return{on(t,n){return e[t]=n,()=>{delete e[t]}},emit(t){`id`in t&&e[t.id]?.(t)}}})(),t={connecting:f?.connecting?[f.connecting]:[],opened:f?.opened?[f.opened]:[],connected:f?.connected?[f.connected]:[],ping:f?.ping?[f.ping]:[],pong:f?.pong?[f.pong]:[],message:f?.message?[e.emit,f.message]:[e.emit],closed:f?.closed?[f.closed]:[],error:f?.error?[f.error]:[]};return{onMessage:e.on,on(e,n){let r=t[e];return r.push(n),()=>{let e=r.indexOf(n);e>-1&&r.splice(e,1)}},emit(e,...n){for(let r of[...t[e]])r(...n)}}})();function b(e){let t=[y.on(`error`,n=>{t.forEach(e=>e()),e(n)}),y.on(`closed`,n=>{t.forEach(e=>e()),e(n)})];return()=>t.forEach(e=>e())}let x,S=0,C,w=!1,T=0,E=!1;async function D(){clearTimeout(C);let[e,r]=await(x??=new Promise((e,r)=>(async()=>{if(w){if(await u(T),!S)return x=void 0,r({code:1e3,reason:`All Subscriptions Gone`});T++}y.emit(`connecting`,w);let i=new v(typeof t==`function`?await t():t,`graphql-transport-ws`),a,l;function d(){isFinite(o)&&o>0&&(clearTimeout(l),l=setTimeout(()=>{i.readyState===v.OPEN&&(i.send(Dn({type:Z.Ping})),y.emit(`ping`,!1,void 0))},o))}b(e=>{x=void 0,clearTimeout(a),clearTimeout(l),r(e),e instanceof kn&&(i.close(4499,`Terminated`),i.onerror=null,i.onclose=null)}),i.onerror=e=>y.emit(`error`,e),i.onclose=e=>y.emit(`closed`,e),i.onopen=async()=>{try{y.emit(`opened`,i);let e=typeof n==`function`?await n():n;if(i.readyState!==v.OPEN)return;i.send(Dn(e?{type:Z.ConnectionInit,payload:e}:{type:Z.ConnectionInit},h)),isFinite(c)&&c>0&&(a=setTimeout(()=>{i.close(X.ConnectionAcknowledgementTimeout,`Connection acknowledgement timeout`)},c)),d()}catch(e){y.emit(`error`,e),i.close(X.InternalClientError,wn(e instanceof Error?e.message:String(e),`Internal client error`))}};let f=!1;i.onmessage=({data:t})=>{try{let n=En(t,g);if(y.emit(`message`,n),n.type===`ping`||n.type===`pong`){y.emit(n.type,!0,n.payload),n.type===`pong`?d():s||(i.send(Dn(n.payload?{type:Z.Pong,payload:n.payload}:{type:Z.Pong},h)),y.emit(`pong`,!1,n.payload));return}if(f)return;if(n.type!==Z.ConnectionAck)throw Error(`First message cannot be of type ${n.type}`);clearTimeout(a),f=!0,y.emit(`connected`,i,n.payload,w),w=!1,T=0;let r=new Promise((e,t)=>b(t));r.catch(()=>{}),e([i,r])}catch(e){i.onmessage=null,y.emit(`error`,e),i.close(X.BadResponse,wn(e instanceof Error?e.message:String(e),`Bad response`))}}})()));e.readyState===v.CLOSING&&await r;let i=()=>{},l=new Promise(e=>i=e);return[e,i,new Promise((t,n)=>{let i=b(n);e.readyState!==v.OPEN&&r.catch(n),l.then(()=>{if(i(),!S){let t=()=>e.close(1e3,`Normal Closure`);isFinite(a)&&a>0?(clearTimeout(C),C=setTimeout(()=>{!S&&e.readyState===v.OPEN&&t()},a)):t()}t()})})]}function ee(e){if(An(e)&&(jn(e.code)||[X.InternalServerError,X.InternalClientError,X.BadRequest,X.BadResponse,X.Unauthorized,X.SubprotocolNotAcceptable,X.SubscriberAlreadyExists,X.TooManyInitialisationRequests].includes(e.code)))throw e;if(E)return!1;if(An(e)&&e.code===1e3)return S>0;if(!l||T>=l||!d(e))throw e;return w=!0}r||(async()=>{for(S++;;)try{let[,,e]=await D();await e}catch(e){try{if(!ee(e))return}catch(e){return i?.(e)}}})();function te(e,t){let n=m(e),r=!1,i=!1,a=()=>{S--,r=!0};return(async()=>{for(S++;;)try{let[o,s,c]=await D();if(r)return c.catch(()=>{}),s();let l=y.onMessage(n,e=>{switch(e.type){case Z.Next:t.next(e.payload);return;case Z.Error:i=!0,r=!0,t.error(e.payload),a();return;case Z.Complete:r=!0,a();return}});o.send(Dn({id:n,type:Z.Subscribe,payload:e},h)),a=()=>{!r&&o.readyState===v.OPEN&&o.send(Dn({id:n,type:Z.Complete},h)),S--,r=!0,s()},await c.finally(l);return}catch(e){if(!ee(e))return}})().then(()=>{i||t.complete()}).catch(e=>{t.error(e)}),()=>{r||a()}}return{on:y.on,subscribe:te,iterate(e){let t=[],n={done:!1,error:null,resolve:()=>{}},r=te(e,{next(e){t.push(e),n.resolve()},error(e){n.done=!0,n.error=e,n.resolve()},complete(){n.done=!0,n.resolve()}}),i=async function*(){for(;;){for(t.length||await new Promise(e=>n.resolve=e);t.length;)yield t.shift();if(n.error)throw n.error;if(n.done)return}}();return i.throw=async e=>(n.done||(n.done=!0,n.error=e,n.resolve()),{done:!0,value:void 0}),i.return=async()=>(r(),{done:!0,value:void 0}),i},async dispose(){if(E=!0,x){let[e]=await x;e.close(1e3,`Normal Closure`)}},terminate(){x&&y.emit(`closed`,new kn)}}}var kn=class extends Error{name=`TerminatedCloseEvent`;message=`4499: Terminated`;code=4499;reason=`Terminated`;wasClean=!1};function An(e){return Sn(e)&&`code`in e&&`reason`in e}function jn(e){return![1e3,1001,1006,1005,1012,1013,1014].includes(e)&&e>=1e3&&e<=1999}function Mn(e){return typeof e==`function`&&`constructor`in e&&`CLOSED`in e&&`CLOSING`in e&&`CONNECTING`in e&&`OPEN`in e}var Nn=[250,500,1e3,2e3,5e3,1e4],Pn=[`SLOW_CONSUMER`,`MISSED_CHANGES`,`GOING_AWAY`,`UNAVAILABLE`],Fn=class{bearer;isOpen=!1;client;constructor(e){this.bearer=e,this.client=On({url:nn.replace(/^http/,`ws`),connectionParams:e===null?{}:{authorization:`Bearer ${e}`},retryAttempts:0,lazyCloseTimeout:2e3,keepAlive:2e4,on:{connected:()=>this.isOpen=!0,closed:()=>this.isOpen=!1}})}subscribe(e,t,n){let r=!1,i=this.client.on(`connected`,n.opened),a=e=>{r||(r=!0,i(),e!==null&&n.ended(e))};this.isOpen&&n.opened();let o=this.client.subscribe({query:e,variables:t},{next:({data:e,errors:t,extensions:i})=>{t===void 0?r||n.next(e,i?.cursor):a(Rn(t))},error:e=>a(Array.isArray(e)?Rn(e):zn(e)),complete:()=>a({expired:!1})});return()=>{a(null),o()}}},In;function Ln(e,t,n){let r=e.toString().includes(`$after`),i,a=0,o=()=>{},s=()=>{n.state?.(`connecting`),In?.bearer!==W.peek()&&(In=new Fn(W.peek()));let c=r&&i!==void 0?{...t,after:i}:t;o=In.subscribe(e.toString(),c,{opened:()=>n.state?.(`open`),next:(e,t)=>{a=0,i=t??i,n.next(e)},ended:e=>{if(`problem`in e)return n.failed?.(e.problem);n.state?.(`broken`),e.expired&&(i=void 0),i!==void 0&&r||n.gap?.();let t=setTimeout(s,Nn[Math.min(a++,Nn.length-1)]);o=()=>clearTimeout(t)}})};return s(),()=>o()}function Rn(e){let t=String(e[0]?.extensions?.code??`UNKNOWN`);return t===`CURSOR_EXPIRED`?{expired:!0}:Pn.includes(t)?{expired:!1}:{problem:new K(e[0]?.message??`The API ended the subscription.`,t)}}function zn(e){let{code:t,reason:n}=e??{};return t===4401||t===4403?{problem:new K(n||`The token was refused.`,`UNAUTHENTICATED`)}:t===4400||t===4406?{problem:new K(n||`The API refused.`,`BAD_REQUEST`)}:{expired:!1}}function Bn({text:e,label:t,children:n}){let[r,i]=P(``);return H(`button`,{type:`button`,class:`copy`,title:t,"aria-label":n?void 0:t,onClick:async()=>{i(await Vn(e)?`Copied`:`Not allowed`),setTimeout(()=>i(``),1500)},children:[H(U,{name:r===`Copied`?`done`:`copy`}),n&&H(`span`,{children:n}),H(`span`,{role:`status`,class:n?`unseen`:`said`,children:r})]})}async function Vn(e){try{return await navigator.clipboard.writeText(e),!0}catch{return!1}}var Hn={UNKNOWN:`No event said how far it is`,QUEUED:`Accepted for sending`,DEFERRED:`Refused for now; the sender tries again`,DELIVERED:`The recipient's server took it`,BOUNCED:`It will not arrive`,COMPLAINED:`The recipient called it spam`,UNSUBSCRIBED:`The recipient wants no more of it`,OPENED:`The mail was displayed`,CLICKED:`A link of the mail was followed`};function Un(e){return e.charAt(0)+e.slice(1).toLowerCase()}function Wn({of:e,large:t=!1}){let n=e.toLowerCase();return H(`span`,{class:`mark ${n} ${t?`large`:``}`,title:Hn[e],children:[H(U,{name:n}),Un(e)]})}var Gn=Xe(Date.now());function Kn(){setInterval(()=>{document.visibilityState===`visible`&&(Gn.value=Date.now())},1e3),document.addEventListener(`visibilitychange`,()=>Gn.value=Date.now())}function qn(e,t,n){let r=`eds.${e}`,i=null;try{i=localStorage.getItem(r)}catch{}let a=Xe(i!==null&&n(i)?i:t);return ot(()=>{try{localStorage.setItem(r,a.value)}catch{}}),a}var Jn=(...e)=>t=>e.includes(t),Yn=qn(`theme`,`auto`,Jn(`auto`,`light`,`dark`)),Xn=qn(`times`,`relative`,Jn(`relative`,`absolute`)),Zn=Intl.DateTimeFormat().resolvedOptions().timeZone,Qn=[...new Set([`UTC`,Zn,...Intl.supportedValuesOf(`timeZone`)])],$n=qn(`zone`,Zn,e=>Qn.includes(e));ot(()=>{Yn.value===`auto`?delete document.documentElement.dataset.theme:document.documentElement.dataset.theme=Yn.value});var er=[[`d`,86400],[`h`,3600],[`m`,60],[`s`,1]],tr=new Map;function nr(e){if(e<1e4)return`${+(e/1e3).toPrecision(2)} s`;let t=Math.round(e/1e3),n=er.findIndex(([,e])=>t>=e),r=[];for(let[e,i]of er.slice(n,n+2)){let n=Math.floor(t/i);t-=n*i,n>0&&r.push(`${n} ${e}`)}return r.join(` `)}function rr(e,t){let n=Math.round(Math.abs(t-e)/1e3);if(n<1)return`now`;let[r,i]=er.find(([,e])=>n>=e)??[`s`,1],a=`${Math.floor(n/i)} ${r}`;return e<=t?`${a} ago`:`in ${a}`}function ir(e,t,n=!1){let r=Object.fromEntries(or(t,n).formatToParts(e).map(({type:e,value:t})=>[e,t])),i=`${r.year}-${r.month}-${r.day}`,a=`${r.hour}:${r.minute}:${r.second}`;return n?`${i} ${a}.${r.fractionalSecond} ${r.timeZoneName}`:`${i} ${a}`}function ar(e,t){let n=Date.parse(`${t}Z`);if(Number.isNaN(n))return;let r=t=>Date.parse(`${ir(t,e).replace(` `,`T`)}Z`)-t,i=Math.floor(n/1e3)*1e3;return i-r(i-r(i))}function or(e,t){let n=`${e} ${t}`,r=tr.get(n);return r===void 0&&(r=new Intl.DateTimeFormat(`en-GB`,{timeZone:e,year:`numeric`,month:`2-digit`,day:`2-digit`,hour:`2-digit`,minute:`2-digit`,second:`2-digit`,hourCycle:`h23`,...t&&{fractionalSecondDigits:3,timeZoneName:`short`}}),tr.set(n,r)),r}function Q({at:e,form:t=Xn.value}){let n=Date.parse(e),r=$n.value,i=t===`relative`?rr(n,Gn.value):ir(n,r);return H(`time`,{dateTime:e,title:`${ir(n,r,!0)}\n${e}`,children:i})}var sr=Xe([]);function cr(e){let t=De(e);t.current=e,F(()=>{let n=e.map(({key:e,says:n},r)=>({key:e,says:n,run:e=>t.current[r]?.run(e)}));return sr.value=[...sr.peek(),...n],()=>{sr.value=sr.peek().filter(e=>!n.includes(e))}},[])}function lr(){addEventListener(`keydown`,e=>{if(e.defaultPrevented||e.ctrlKey||e.metaKey||e.altKey||ur(e.target)||e.key===`Escape`&&document.querySelector(`:popover-open`))return;let t=sr.peek().findLast(({key:t})=>t===e.key);t!==void 0&&(e.preventDefault(),t.run(e))})}function ur(e){return e instanceof HTMLElement&&(e.isContentEditable||e.matches(`input, select, textarea`))}function dr(e){let t=[...document.querySelectorAll(`[data-row]`)],n=t.findIndex(e=>e.contains(document.activeElement)),r=n<0?t.at(e>0?0:-1):t[n+e];r?.focus(),r?.scrollIntoView({block:`nearest`})}var fr;function pr(e){fr=e}function mr(){let e=fr&&document.querySelector(`[data-row][data-id="${CSS.escape(fr)}"]`);e&&[null,document.body,document.querySelector(`main`)].includes(document.activeElement)&&e.focus(),fr=void 0}function hr(){let e=document.activeElement?.closest(`[data-id]`)?.dataset.id;e&&navigator.clipboard?.writeText(e)}var gr=/^\s*(\d{3}(?:[ -]|$))?\s*([245]\.\d{1,3}\.\d{1,3})?/;function _r({code:e,enhancedCode:t,message:n,kind:r}){let i=n??``,[a=``,o,s]=gr.exec(i)??[],c=[o===void 0?e:null,s===void 0?t:null,a.trim()].filter(e=>e!=null&&e!==``).join(` `);return H(`p`,{class:`reply`,children:[c&&H(`b`,{children:c}),H(`span`,{children:i.slice(a.length).trim()||!c&&`no reply text`}),r!=null&&H(`small`,{title:`resp_class, the sender's own class of the reply`,children:[`class `,r]})]})}function vr({message:e,more:t}){let{nodes:n,pageInfo:r}=e.deliveries,i=R.value.query.to,a=e.deliveryCounts.total;return H(`section`,{"aria-labelledby":`deliveries`,children:[H(`h2`,{id:`deliveries`,children:[a===1?`Recipient`:`${a.toLocaleString(`en`)} recipients`,a>1&&H(yr,{message:e})]}),H(`ul`,{class:`deliveries`,children:n.map(e=>H(br,{delivery:e,several:a>1,chosen:i===e.recipient},e.id))}),r.hasNextPage&&(n.length<200?H(`a`,{class:`button`,"data-page":!0,href:t,children:`More recipients`}):H(`a`,{class:`button`,"data-page":!0,href:z(``,{q:Nt(`id`,e.trackingId)}),children:[`All `,a.toLocaleString(`en`),` recipients as a list`]}))]})}function yr({message:{deliveryCounts:e}}){return H(`span`,{class:`counts`,children:[`DELIVERED`,`BOUNCED`,`DEFERRED`,`QUEUED`,`UNKNOWN`].map(t=>{let n=e[t.toLowerCase()];return n>0&&H(`span`,{children:[H(Wn,{of:t}),` `,n.toLocaleString(`en`)]},t)})})}function br({delivery:e,several:t,chosen:n}){let{recipient:r,phase:i,phaseAt:a,tries:o,facts:s,lastResponse:c,classification:l}=e,u=r?.split(`@`).at(-1);return H(`li`,{class:`delivery ${t&&n?`chosen`:``}`,children:[H(`div`,{class:`line`,children:[H(Wn,{of:i}),H(`b`,{class:`recipient`,children:r??`no recipient named`}),a&&H(Q,{at:a}),H(`span`,{class:`links`,children:[t&&r&&H(`a`,{"data-page":!0,href:B({to:n?void 0:r}),"aria-current":n?`true`:void 0,children:n?`All events`:`Its events`}),r&&H(`a`,{"data-page":!0,href:z(``,{q:Nt(`to`,r)}),children:`All mail to it`}),u&&H(`a`,{"data-page":!0,href:z(``,{q:Nt(`domain`,u)}),children:u})]})]}),c&&H(_r,{...c,kind:c.class}),H(`dl`,{class:`pairs`,children:[l&&H(x,{children:[H($,{name:`Reason`,children:[H(`a`,{"data-page":!0,href:z(``,{q:Nt(`category`,l.category)}),children:l.category.replaceAll(`_`,` `)}),` `,`· `,l.kind.toLowerCase()]}),H($,{name:`Decided by the rule`,children:H(`code`,{children:l.rule})})]}),o!=null&&o>0&&H($,{name:`Tries before`,children:o}),s.filter(({kind:e})=>e!==i).toSorted((e,t)=>e.firstAt.localeCompare(t.firstAt)).map(({kind:e,firstAt:t,count:n})=>H($,{name:Un(e),children:[H(Q,{at:t}),n>1&&` · ${n} times`]},e))]})]})}var xr=6e4,Sr=[`QUEUED`,`DELIVERED`,`BOUNCED`];function Cr(e,t){let n=t?e.toReversed():e,r=Er(n),i=new Map,a=n.map((e,t)=>{let a=n[t-1],o=a?Date.parse(e.occurredAt)-Date.parse(a.occurredAt):0;return{event:e,gap:o>0?nr(o):null,oddities:[...wr(e),...Tr(r.has(e)),...Dr(e,i)]}});return t?a.reverse():a}function wr(e){let t=Date.parse(e.receivedAt)-Date.parse(e.occurredAt);return t<xr?[]:[{name:`${nr(t)} late`,says:`So long after it happened it arrived`}]}function Tr(e){return e?[{name:`out of order`,says:`Events that happened later had arrived before it`}]:[]}function Er(e){let t=new Set,n=new Map;for(let r of e.toReversed()){let e=n.get(r.partition)??1/0;e<r.offset&&t.add(r),n.set(r.partition,Math.min(e,r.offset))}return t}function Dr(e,t){let n=e.kind===`DEFERRED`?` ${e.tries} ${e.respMsg}`:``;if(n===``&&!Sr.includes(e.kind))return[];let r=`${e.kind} ${e.recipient}${n}`;return t.has(r)?[{name:`duplicate`,says:`The same was reported before for this recipient`}]:(t.set(r,e),[])}var Or="${EDS_GATEWAY:-http://127.0.0.1:8080}/api/SMTP",kr=`{"tracking_id":"first-message","rcpt_to":"ada@example.org","event_code":103,"event_label":"delivered","resp_code":250,"resp_msg":"250 2.0.0 OK","sender_id":1}`;function Ar(e=kr){return`curl -sS "${Or}" -H 'Content-Type: application/json' -d '[${e.replaceAll(`'`,`'\\''`)}]'`}function jr(e){let t=``,n=0,r=()=>`\n${`  `.repeat(n)}`;for(let[i]of e.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/g))if(i===`{`||i===`[`)n+=1,t+=i+r();else if(i===`}`||i===`]`){--n;let e=t.trimEnd();t=/[{[]$/.test(e)?e+i:t+r()+i}else t+=i===`,`?i+r():i===`:`?`: `:i;return t}function Mr({event:e}){let[t,n]=P(!1),r=t?e.value:jr(e.value);return H(`div`,{class:`raw`,children:[H(`dl`,{class:`pairs`,children:[H($,{name:`Topic`,children:H(`code`,{children:e.topic})}),H($,{name:`Partition`,children:e.partition}),H($,{name:`Offset`,children:e.offset}),H($,{name:`Key`,children:H(`code`,{children:e.key})}),H($,{name:`Event id`,children:H(`code`,{children:e.eventId})}),H($,{name:`Happened`,children:H(Q,{at:e.occurredAt,form:`absolute`})}),H($,{name:`Arrived`,children:H(Q,{at:e.receivedAt,form:`absolute`})})]}),H(`div`,{class:`tools`,children:[H(`div`,{class:`segments`,role:`group`,"aria-label":`How it is shown`,children:[H(`button`,{type:`button`,"aria-pressed":!t,onClick:()=>n(!1),children:`Pretty`}),H(`button`,{type:`button`,"aria-pressed":t,onClick:()=>n(!0),children:`Raw`})]}),H(Bn,{text:r,label:`Copy the event`,children:`Copy`}),H(Bn,{text:Ar(e.value),label:`Copy a command that posts it again; that changes nothing`,children:`Copy as curl`})]}),H(`pre`,{tabIndex:0,"aria-label":`The event's value`,children:r})]})}function Nr({step:{event:e,gap:t,oddities:n},several:r,alone:i=!1}){let a=R.value.query.event===e.id;return H(`li`,{class:`step ${e.kind.toLowerCase()} ${a?`open`:``}`,children:[t&&H(`span`,{class:`gap`,children:[`+`,t]}),H(`div`,{class:`line`,children:[H(Wn,{of:e.kind}),H(Q,{at:e.occurredAt,form:`absolute`}),r&&e.recipient&&H(`span`,{class:`recipient`,children:e.recipient}),n.map(({name:e,says:t})=>H(`span`,{class:`oddity`,title:t,children:e},e)),!i&&H(`a`,{class:`links`,"data-row":!0,"data-page":!0,href:B({event:a?void 0:e.id}),children:[a?`Close`:`Raw`,H(`span`,{class:`unseen`,children:[` event `,e.eventId]})]})]}),H(Fr,{event:e}),a&&H(Mr,{event:e})]})}function Pr(e){return typeof e==`string`?e:`${typeof e==`number`&&Math.abs(e)>2**53-1?`≈ `:``}${JSON.stringify(e)}`}function Fr({event:e}){let{respCode:t,respMsg:n,tries:r,extras:i,eventLabel:a,eventCode:o}=e,s=Object.entries(i??{}),c=[o,a].filter(e=>e!=null).join(` `);return H(x,{children:[(n||t!=null)&&H(_r,{code:t,message:n}),H(`p`,{class:`quiet small`,children:[c&&H(`span`,{children:c}),r!=null&&r>0&&H(`span`,{children:[r===1?`1 try`:`${r} tries`,` before`]}),H(`span`,{children:[`from `,e.source]}),s.map(([e,t])=>H(`span`,{children:[e,`: `,H(`code`,{children:Pr(t)})]},e))]})]})}function Ir({id:e}){let{data:t,problem:n,again:r}=q(xn,G.value?null:{id:e});return n&&!t?H(qt,{level:1,problem:n,again:r}):t?t.node?.__typename===`Event`?H(`section`,{"aria-label":`Event`,children:[H(`h1`,{children:`An event without a tracking id`}),H(`ol`,{class:`timeline`,children:Cr([t.node],!1).map(t=>H(Nr,{step:t,several:!0,alone:!0},e))})]}):H(Ht,{level:1,icon:`search`,title:`There is no such event`,children:H(`p`,{children:`It may have been erased, or the retention's time is over.`})}):H(Ut,{rows:4})}var Lr=100,Rr=200;function zr({trackingId:e,revision:t,recipient:n,several:r}){let{query:i}=R.value,a=i.order===`newest`,o=Number(i.events)||Lr,s=r&&n?{recipient:n}:{},{data:c,problem:l,again:u}=q(yn,G.value?null:{where:{trackingIds:[e],...s},direction:a?`DESC`:`ASC`,first:o},{version:t}),d=c?.events.nodes??[];return H(`section`,{"aria-labelledby":`timeline`,children:[H(`div`,{class:`section-bar`,children:[H(`h2`,{id:`timeline`,children:[`Timeline`,r&&n&&H(`span`,{class:`quiet`,children:[` of `,n]})]}),H(`a`,{class:`button`,"data-page":!0,href:B({order:a?void 0:`newest`}),children:a?`↓ Newest first`:`↑ Oldest first`})]}),l&&!c?H(qt,{problem:l,again:u}):c?H(`ol`,{class:`timeline`,children:Cr(d,a).map(e=>H(Nr,{step:e,several:r&&!n},e.event.id))}):H(Ut,{rows:4}),c?.events.pageInfo.hasNextPage&&(d.length<Rr?H(`a`,{class:`button`,"data-page":!0,href:B({events:String(Rr)}),children:`More events`}):H(`p`,{class:`quiet`,children:[`The first `,Rr,` events are shown. Choose one recipient, or turn the order round, to see the others.`]}))]})}var Br=50,Vr={connecting:`Connecting`,open:`This page changes as soon as the message does`,broken:`The connection for changes is broken; it is tried again. What you see may be old`};function Hr(){let{query:e}=R.value,t=e.id??``;return Yt(t||`Event`),t?H(Ur,{trackingId:t},t):e.event?H(Ir,{id:e.event},e.event):H(qr,{trackingId:``})}function Ur({trackingId:e}){let{query:t}=R.value,n=Number(t.recipients)||Br,r=De(0);F(()=>pr(e),[e]);let{version:i,connection:a}=Wr(e,r);cr([{key:`Escape`,says:`back to the list`,run:()=>t.event?Ct(B({event:void 0})):St()},{key:`e`,says:`raw event, or close it`,run:Gr},{key:`c`,says:`copy the tracking id`,run:()=>void navigator.clipboard?.writeText(e)}]);let{data:o,problem:s,again:c}=q(vn,G.value?null:{trackingId:e,first:n},{version:i});if(r.current=o?.message?.revision??0,s&&!o)return H(qt,{level:1,problem:s,again:c});if(!o)return H(Ut,{rows:8});if(!o.message)return H(qr,{trackingId:e});let l=o.message;return H(`article`,{class:`message`,children:[H(Kr,{message:l,connection:a}),H(vr,{message:l,more:B({recipients:String(Math.min(n*2,200))})}),H(zr,{trackingId:e,revision:l.revision,recipient:t.to,several:l.deliveryCounts.total>1})]})}function Wr(e,t){let[n,r]=P(0),[i,a]=P(`connecting`),o=W.value;return F(()=>{if(!G.value)return Ln(bn,{trackingId:e},{next:({messageChanged:{revision:e}})=>e>t.current&&r(e),state:a,failed:()=>a(`broken`)})},[e,o]),{version:n,connection:i}}function Gr(){let e=[...document.querySelectorAll(`.step a.links`)],t=e.find(e=>e.closest(`li`)?.contains(document.activeElement));(e.find(e=>e.closest(`.open`))??t??e.at(-1))?.click()}function Kr({message:e,connection:t}){let{trackingId:n,phase:r,phaseAt:i,senderId:a,mailFrom:o,firstEventAt:s,lastEventAt:c,revision:l}=e;return H(`div`,{class:`head`,children:[H(`div`,{class:`title`,children:[H(`h1`,{children:[H(`span`,{class:`unseen`,children:`Message `}),H(`code`,{children:n})]}),H(Bn,{text:n,label:`Copy the tracking id`}),H(`span`,{class:`following ${t}`,title:Vr[t],children:t===`open`?`Live`:t===`broken`?`Not live`:``})]}),H(`p`,{class:`phase`,role:`status`,children:[H(Wn,{of:r,large:!0}),i&&H(Q,{at:i})]}),H(`dl`,{class:`pairs`,children:[o!=null&&H($,{name:`From`,children:o||`<> (a bounce)`}),a!=null&&H($,{name:`Sender`,children:H(`a`,{"data-page":!0,href:z(``,{q:Nt(`sender`,String(a))}),children:a})}),H($,{name:`First event`,children:H(Q,{at:s})}),H($,{name:`Last event`,children:H(Q,{at:c})}),H($,{name:`Events`,children:l.toLocaleString(`en`)})]})]})}function $({name:e,children:t}){return H(`div`,{children:[H(`dt`,{children:e}),H(`dd`,{children:t})]})}function qr({trackingId:e}){return H(Ht,{level:1,icon:`search`,title:`No message has this tracking id`,children:[H(`p`,{children:H(`code`,{children:e})}),H(`p`,{children:`No event named it so far. If it was sent a moment ago, its first event may be on its way; this page shows it then.`}),H(`p`,{children:H(`a`,{"data-page":!0,href:z(``,{q:e.includes(`@`)?Nt(`to`,e):void 0}),children:`See all mail`})})]})}function Jr({count:e,precision:t}){return e.toLocaleString(`en`)+(t===`AT_LEAST`?`+`:``)}var Yr=/^[=+\-@\t\r]/;function Xr(e){return`${e.map(Zr).join(`,`)}\r\n`}function Zr(e){if(e==null)return``;let t=typeof e==`string`&&Yr.test(e)?`'${e}`:String(e);return/[",\r\n]/.test(t)?`"${t.replaceAll(`"`,`""`)}"`:t}function Qr(e){return`${JSON.stringify(e)}\n`}var $r=200,ei={csv:`text/csv;charset=utf-8`,jsonl:`application/jsonl`};async function ti(e,t,n){let r=[],i=0;for await(let a of ni(e,n)){let n=a.map(e.format===`csv`?e=>Xr(Object.values(e)):Qr);i===0&&e.format===`csv`&&a[0]&&n.unshift(Xr(Object.keys(a[0]))),r.push(new Blob(n)),i+=a.length,t(i)}return new Blob(r,{type:ei[e.format]})}async function*ni({search:e,direction:t,events:n},r){let i=null;do{let a={search:e,direction:t,first:$r,after:i},{nodes:o,next:s}=await(n?ii(a,r):ri(a,r));yield o,i=s}while(i!==null)}async function ri(e,t){let{rows:n}=await rn(hn,e,t);return{nodes:n.nodes.map(si),next:ai(n.pageInfo)}}async function ii(e,t){let{rows:n}=await rn(gn,e,t);return{nodes:n.nodes.map(ci),next:ai(n.pageInfo)}}function ai({hasNextPage:e,endCursor:t}){return e?t??null:null}function oi(e,t){return{[e]:t,[`${e} (${$n.peek()})`]:ir(Date.parse(t),$n.peek())}}function si(e){return{tracking_id:e.trackingId,recipient:e.recipient,status:e.phase.toLowerCase(),...oi(`last_event_at`,e.lastEventAt),phase_at:e.phaseAt,category:e.classification?.category,class:e.classification?.kind.toLowerCase(),resp_code:e.lastResponse?.code,enhanced_code:e.lastResponse?.enhancedCode,resp_msg:e.lastResponse?.message,tries:e.tries,sender_id:e.senderId,mail_from:e.mailFrom,first_event_at:e.firstEventAt,delivered_at:e.deliveredAt,bounced_at:e.bouncedAt,opened_at:e.openedAt,clicked_at:e.clickedAt,complained_at:e.complainedAt,unsubscribed_at:e.unsubscribedAt,events:e.eventCount}}function ci(e){return{tracking_id:e.trackingId,recipient:e.recipient,kind:e.kind.toLowerCase(),...oi(`occurred_at`,e.occurredAt),received_at:e.receivedAt,event_code:e.eventCode,event_label:e.eventLabel,resp_class:e.respClass,resp_code:e.respCode,resp_msg:e.respMsg,status:e.status,tries:e.tries,sender_id:e.senderId,mail_from:e.mailFrom,source:e.source,event_id:e.eventId,partition:e.partition,offset:e.offset}}function li({search:e,events:t,oldest:n}){let[r,i]=P(),a=De(void 0);F(()=>()=>a.current?.abort(),[]);let o=async r=>{let o=a.current=new AbortController;i({rows:0,ending:o});let s={search:e,events:t,format:r,direction:n?`ASC`:`DESC`};try{ui(await ti(s,e=>i({rows:e,ending:o}),o.signal),`${t?`events`:`mail`}-${new Date().toISOString().slice(0,19).replaceAll(`:`,``)}Z.${r}`),i({said:`Saved`})}catch(e){if(!o.signal.aborted&&!(e instanceof K))throw e;i({said:e instanceof K?`Not saved: ${e.message}`:`Not saved`})}};return r&&`rows`in r?H(`span`,{class:`export`,role:`group`,"aria-label":`Export`,children:[H(`progress`,{"aria-label":`Export`}),H(`span`,{children:[r.rows.toLocaleString(`en`),` rows`]}),H(`button`,{type:`button`,onClick:()=>r.ending.abort(),children:`Cancel`})]}):H(`span`,{class:`export`,role:`group`,"aria-label":`Export`,children:[H(`span`,{role:`status`,children:r?.said??`Export`}),H(`button`,{type:`button`,onClick:()=>o(`csv`),children:`CSV`}),H(`button`,{type:`button`,onClick:()=>o(`jsonl`),children:`JSONL`})]})}function ui(e,t){let n=document.createElement(`a`);n.href=URL.createObjectURL(e),n.download=t,n.click(),setTimeout(()=>URL.revokeObjectURL(n.href),6e4)}var di={after:void 0,before:void 0};function fi({events:e,total:t,loading:n,children:r}){let{query:i}=R.value,a=i.q??``,o=i.order===`oldest`,s=(e,t,n)=>H(`a`,{"data-page":!0,href:B({...di,in:e}),"aria-current":n?`true`:void 0,children:t});return H(`div`,{class:`list-bar`,children:[H(`div`,{class:`segments`,role:`group`,"aria-label":`Rows`,children:[s(void 0,`Mail`,!e),s(`events`,`Events`,e)]}),H(mi,{search:a}),r,H(`span`,{class:`total`,role:`status`,"aria-busy":n,children:t&&`${Jr(t)} ${pi(e,t.count)}`}),H(`a`,{class:`button`,"data-page":!0,href:B({...di,order:o?void 0:`oldest`}),children:o?`↑ Oldest first`:`↓ Newest first`}),H(li,{search:a,events:e,oldest:o},`${a} ${e}`)]})}function pi(e,t){return e?t===1?`event`:`events`:t===1?`recipient`:`recipients`}function mi({search:e}){let t=V(e)??[];return t.length===0?null:H(`ul`,{class:`chips`,"aria-label":`Terms of the search`,children:t.flatMap(({key:t,values:n,negated:r})=>n.map(n=>H(`li`,{children:[H(`span`,{children:[r&&`not `,t,` `,H(`b`,{children:n})]}),H(`a`,{"data-page":!0,href:B({...di,q:Mt(e,t,n,r)}),"aria-label":`Drop ${r?`-`:``}${t}:${n}`,children:H(U,{name:`close`})})]},`${r}${t}:${n}`)))})}function hi({info:e}){let{query:t}=R.value,n=t.order===`oldest`,r=t.after!==void 0||t.before!==void 0;if(!e.hasNextPage&&!e.hasPreviousPage&&!r)return null;let i=(e,t,n)=>H(`a`,{class:`button`,"data-page":!0,rel:e,href:B({after:void 0,before:void 0,...t}),children:n});return H(`nav`,{class:`pages`,"aria-label":`Pages of the list`,children:[r&&i(`first`,{},n?`Oldest`:`Newest`),e.hasPreviousPage&&i(`prev`,{before:e.startCursor??void 0},n?`← Older`:`← Newer`),e.hasNextPage&&i(`next`,{after:e.endCursor??void 0},n?`Newer →`:`Older →`)]})}function gi({name:e,title:t,search:n,entries:r}){let i=t=>(V(n)??[]).filter(n=>n.key===e&&n.negated===t).flatMap(e=>e.values),[a,o]=[i(!1),i(!0)],s=r.filter(({total:e,value:t})=>e.count>0||a.includes(t)||o.includes(t));return s.length===0?null:H(`section`,{"aria-labelledby":`facet-${e}`,children:[H(`h2`,{id:`facet-${e}`,children:t}),H(`ul`,{children:s.map(t=>H(_i,{name:e,entry:t,search:n,is:a.includes(t.value)?`chosen`:o.includes(t.value)?`excluded`:``},t.value))})]})}function _i({name:e,entry:t,search:n,is:r}){let{value:i,shown:a,total:o,title:s}=t,c=e=>B({q:Ft(e),after:void 0,before:void 0}),l=Mt(Mt(n,e,i),e,i,!0),u=c(At(l,e,i,!0));return H(`li`,{class:r,children:[H(`a`,{class:`value`,"data-page":!0,href:c(r?l:At(n,e,i)),"aria-current":r===`chosen`?`true`:void 0,title:s,onClick:e=>{e.shiftKey&&(e.preventDefault(),Ct(u))},children:[H(`span`,{class:`cut`,children:a??i}),r===`excluded`&&H(`span`,{class:`unseen`,children:` is excluded`}),H(`span`,{class:`count`,children:Jr(o)})]}),r!==`excluded`&&H(`a`,{class:`exclude`,"data-page":!0,href:u,"aria-label":`Exclude ${e} ${i}`,title:`Exclude ${i}`,children:`−`})]})}var vi={s:1e3,m:6e4,h:36e5,d:864e5,w:6048e5},yi=[`delivered`,`deferred`,`bounced`,`queued`,`opened`,`clicked`,`complained`,`unsubscribed`,`unknown`];function bi(e,t,n){let r=t=>e.find(e=>e.key===t&&!e.negated)?.values??[],i=e=>t.includes(e)?r(e):[],a=i(`status`).map(e=>e.toUpperCase()),[o,s]=[i(`domain`),i(`category`)],c=i(`sender`).filter(e=>/^-?\d+$/.test(e)),[l,u]=[xi(r(`after`)[0],n),xi(r(`before`)[0],n)];return{...a.length>0&&{kinds:a},...o.length===1&&{recipientDomain:o[0]??null},...s.length===1&&{category:s[0]??null},...c.length>0&&{senderIds:c.map(Number)},...(l||u)&&{occurredAt:{...l&&{gte:l},...u&&{lt:u}}}}}function xi(e,t){if(e===void 0)return;let n=/^(\d{1,9})([smhdw])$/.exec(e),r=Math.floor(t/6e4)*6e4,i=n?r-Number(n[1])*(vi[n[2]??`s`]??0):Date.parse(e);return Number.isNaN(i)?void 0:new Date(Math.max(i,0)).toISOString()}var Si=[[`1h`,`Last hour`],[`24h`,`Last 24 hours`],[`7d`,`Last 7 days`],[`30d`,`Last 30 days`]];function Ci({search:e}){let t=t=>(V(e)??[]).find(e=>e.key===t&&!e.negated)?.values[0],[n,r]=[t(`after`),t(`before`)],i=r===void 0&&Si.some(([e])=>e===n),a=(t,n)=>B({q:jt(jt(e,`after`,t),`before`,n),after:void 0,before:void 0});return H(`section`,{class:`when`,"aria-labelledby":`facet-when`,children:[H(`h2`,{id:`facet-when`,children:`Last event`}),H(`ul`,{children:Si.map(([e,t])=>{let r=i&&e===n;return H(`li`,{class:r?`chosen`:``,children:H(`a`,{class:`value`,"data-page":!0,href:a(r?void 0:e,void 0),"aria-current":r?`true`:void 0,children:t})},e)})}),H(`details`,{open:!i&&(n??r)!==void 0,children:[H(`summary`,{children:`From, to`}),H(wi,{after:n,before:r,at:a},`${n} ${r} ${$n.value}`)]})]})}function wi({after:e,before:t,at:n}){let r=e=>{e.preventDefault();let t=new FormData(e.currentTarget);Ct(n(Ei(t.get(`from`)),Ei(t.get(`to`))))},i=(e,t,n)=>H(`label`,{children:[t,H(`input`,{type:`datetime-local`,step:`1`,name:e,defaultValue:Ti(n)})]});return H(`form`,{onSubmit:r,children:[i(`from`,`From`,e),i(`to`,`To, not included`,t),H(`span`,{class:`quiet small`,children:[`Times of `,$n.value.replaceAll(`_`,` `)]}),H(`button`,{type:`submit`,children:`Show`})]})}function Ti(e){let t=e===void 0?NaN:Date.parse(e);return Number.isNaN(t)?``:ir(t,$n.value).replace(` `,`T`)}function Ei(e){let t=typeof e==`string`?ar($n.peek(),e):void 0;return t===void 0?void 0:new Date(t).toISOString().replace(`.000`,``)}var Di=[`delivered`,`deferred`,`bounced`,`queued`,`unknown`],Oi=8,ki=matchMedia(`(min-width: 64rem)`),Ai=3e4;function ji({search:e,events:t}){let n=V(e)??[],{data:r}=q(cn,G.value?null:Fi(n),{everyMs:Ai});return H(`aside`,{class:`facets`,"aria-label":`Filters`,children:H(`details`,{open:ki.matches,children:[H(`summary`,{children:`Filters`}),!t&&H(Ii,{search:e,terms:n}),t&&r&&H(Mi,{search:e,totals:r.kinds.totals}),r&&H(Ni,{search:e,events:t,data:r}),H(Ci,{search:e}),r&&r.domains.breakdown.length>0&&H(`p`,{class:`quiet small`,children:[t?`All counts are`:`Domains, reasons and senders count`,` events from `,r.kinds.since.slice(0,10),` up to`,` `,r.kinds.until.slice(0,10),` (UTC). Shift-click excludes.`]})]})})}function Mi({search:e,totals:t}){return H(gi,{name:`status`,title:`Kind`,search:e,entries:yi.map(e=>({value:e,shown:Li(e),total:Ri(t[e])}))})}function Ni({search:e,events:t,data:n}){let r=Pi(n.categories.breakdown).map(e=>({...e,shown:e.value.replaceAll(`_`,` `)}));return H(x,{children:[H(gi,{name:`domain`,title:`Domain`,search:e,entries:Pi(n.domains.breakdown)}),!t&&H(gi,{name:`category`,title:`Reason`,search:e,entries:r}),H(gi,{name:`sender`,title:`Sender`,search:e,entries:Pi(n.senders.breakdown)})]})}function Pi(e){return e.flatMap(({value:e,totals:t})=>e==null?[]:[{value:e,total:Ri(t.total),title:zi(t.bounceRate)}])}function Fi(e){let t=(...t)=>bi(e,t,Date.now());return{kinds:e.some(({key:e,negated:t})=>e===`domain`&&!t)?t(`domain`,`sender`):t(`category`,`sender`),domains:t(`status`,`sender`),categories:t(`status`,`sender`),senders:t(`status`),first:Oi}}function Ii({search:e,terms:t}){let n=t.filter(({key:e,negated:t})=>e!==`status`||t),r=Object.fromEntries(Di.map(e=>[e,kt([...n,{key:`status`,values:[e],negated:!1}])])),{data:i}=q(sn,G.value?null:r,{everyMs:Ai});return i?H(gi,{name:`status`,title:`Status`,search:e,entries:Di.map(e=>({value:e,shown:Li(e),total:i[e].totalCount}))}):null}function Li(e){return H(`span`,{class:`mark ${e}`,children:[H(U,{name:e}),e.charAt(0).toUpperCase()+e.slice(1)]})}function Ri(e){return{count:e,precision:`EXACT`}}function zi(e){return e==null?void 0:`${(e*100).toFixed(1)} % of its outcomes are bounces`}function Bi({text:e,label:t}){return H(`div`,{class:`shell-line`,children:[H(`pre`,{tabIndex:0,children:e}),H(Bn,{text:e,label:t})]})}function Vi({search:e}){let t=V(e)??[];if(t.length===0)return H(Ht,{icon:`mail`,title:`No mail yet`,children:[H(`p`,{children:`As soon as a mail server reports something, it is here. To post a first notification yourself:`}),H(Bi,{text:Ar(),label:`Copy the command`}),H(`p`,{class:`quiet`,children:`The gateway answers 200 once Kafka has it; a moment later it is in this list.`})]});let n=e=>kt(t.filter((t,n)=>n!==e));return H(Ht,{icon:`search`,title:`No match`,children:t.length===1?H(`p`,{children:[H(`a`,{"data-page":!0,href:z(``),children:[`Drop `,H(`code`,{children:kt(t)})]}),` `,`to see all mail. Events take a moment from the mail server to this list: the line above says how old it is.`]}):H(x,{children:[H(`p`,{children:`Nothing has all of it. Drop one of these?`}),H(`ul`,{class:`drops`,children:t.map((e,t)=>H(`li`,{children:H(`a`,{"data-page":!0,href:B({q:Ft(n(t)),after:void 0,before:void 0}),children:H(`code`,{children:kt([e])})})},t))})]})})}function Hi({rows:e}){return H(`ol`,{class:`rows`,children:e.map(e=>H(`li`,{children:H(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:z(`message`,{id:e.trackingId,to:e.recipient??void 0}),children:[H(Wn,{of:e.phase}),H(`span`,{class:`who`,children:[H(`span`,{class:`cut`,children:e.recipient??H(`i`,{children:`no recipient named`})}),H(Ui,{row:e})]}),H(`span`,{class:`why`,children:[e.classification&&H(`b`,{children:e.classification.category.replaceAll(`_`,` `)}),H(`span`,{class:`cut`,children:e.lastResponse?.message})]}),H(`code`,{class:`id cut`,children:e.trackingId}),H(Q,{at:e.lastEventAt})]})},e.id))})}function Ui({row:e}){return H(`span`,{class:`facts`,children:[[`OPENED`,e.openedAt],[`CLICKED`,e.clickedAt],[`COMPLAINED`,e.complainedAt],[`UNSUBSCRIBED`,e.unsubscribedAt]].map(([e,t])=>t!=null&&H(`span`,{class:`mark ${e.toLowerCase()}`,title:Un(e),children:[H(U,{name:e.toLowerCase()}),H(`span`,{class:`unseen`,children:Un(e)})]},e))})}function Wi({rows:e}){return H(`ol`,{class:`rows`,children:e.map(e=>H(`li`,{children:H(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:z(`message`,{id:e.trackingId??void 0,event:e.id}),children:[H(Wn,{of:e.kind}),H(`span`,{class:`who`,children:H(`span`,{class:`cut`,children:e.recipient??H(`i`,{children:`no recipient named`})})}),H(`span`,{class:`why`,children:[e.eventCode!=null&&H(`b`,{children:e.eventCode}),H(`span`,{class:`cut`,children:e.respMsg??e.eventLabel})]}),H(`code`,{class:`id cut`,children:e.trackingId??`no tracking id`}),H(Q,{at:e.occurredAt})]})},e.id))})}var Gi=50,Ki=1e4;function qi(){let{query:e}=R.value,t=e.q??``;Yt(t||`Messages`),cr([{key:`c`,says:`copy the row's tracking id`,run:hr},{key:`Escape`,says:`drop the search`,run:()=>t&&Ct(z(``))}]);let n=e.in===`events`||(V(t)??[]).some(({key:e})=>e===`code`);return H(`div`,{class:`beside`,children:[H(`h1`,{class:`unseen`,children:`Messages`}),H(ji,{search:t,events:n}),n?H(Ji,{search:t,events:!0,document:fn,counting:mn,Rows:Wi},`events`):H(Ji,{search:t,events:!1,document:dn,counting:pn,Rows:Hi},`mail`)]})}function Ji({search:e,events:t,document:n,counting:r,Rows:i}){let{query:a}=R.value,o=G.value?null:Xi(e,a),{data:s,problem:c,loading:l,again:u}=q(n,o),d=q(r,G.value?null:{search:e}).data?.rows.totalCount,f=a.after===void 0&&a.before===void 0&&a.order!==`oldest`,p=q(n,f&&s?o:null,{everyMs:Ki}).data,m=f&&p!==void 0&&s!==void 0&&!l&&Yi(p.rows.nodes,s.rows.nodes);return F(()=>{s&&mr()},[s===void 0]),H(`section`,{class:`list`,"aria-label":t?`Events`:`Mail`,"aria-busy":l,children:[H(fi,{events:t,total:d,loading:l,children:m&&H(`button`,{type:`button`,class:`newer`,onClick:u,children:`There is news: show it`})}),c?H(qt,{problem:c,again:u}):s===void 0?H(Ut,{}):s.rows.nodes.length===0?H(Vi,{search:e}):H(x,{children:[H(i,{rows:s.rows.nodes}),H(hi,{info:s.rows.pageInfo})]})]})}function Yi(e,t){return JSON.stringify(e)!==JSON.stringify(t)}function Xi(e,{order:t,before:n,after:r}){return{search:e,direction:t===`oldest`?`ASC`:`DESC`,...n?{last:Gi,before:n}:{first:Gi,after:r??null}}}function Zi(){return Yt(`Statistics`),H(Ht,{level:1,icon:`clock`,title:`Statistics`,children:H(`p`,{children:`Histogram by status, with ranges to drag, and bounces by reason and domain will be here.`})})}var Qi=5e3,$i=15e3,ea=60,ta=5e3;function na(){let e=G.value?null:{},{data:t,problem:n}=q(ln,e,{everyMs:Qi}),r=q(un,e,{everyMs:$i}),i=r.problem?void 0:r.data?.deadLetters.totalCount;return G.value?null:H(`div`,{class:`health`,children:[H(`span`,{role:`status`,children:n?H(`span`,{class:`warn`,children:[H(U,{name:`warning`}),`No answer from the API: what you see may be old`]}):t&&H(ra,{pipeline:t.pipeline})}),t?.pipeline.newestEventAt&&H(`span`,{children:[`last event `,H(Q,{at:t.pipeline.newestEventAt})]}),i&&H(`a`,{"data-page":!0,href:z(`dead-letters`),class:i.count>0?`warn`:``,children:[Jr(i),` dead `,i.count===1?`letter`:`letters`]})]})}function ra({pipeline:{lag:e,brokerAvailable:t,ageSeconds:n}}){if(!t||e==null)return H(`span`,{class:`warn`,children:[H(U,{name:`warning`}),`Kafka does not answer: how old this is, is not known`]});if(e===0)return H(`span`,{class:`good`,children:[H(U,{name:`delivered`}),`up to date`]});let r=e>ta||(n??0)>ea;return H(`span`,{class:r?`warn`:``,children:[H(U,{name:r?`warning`:`clock`}),e.toLocaleString(`en`),` `,e===1?`event`:`events`,` behind`,r&&`: what you see is old`]})}var ia={auto:`light`,light:`dark`,dark:`auto`},aa={auto:`auto`,light:`sun`,dark:`moon`},oa=Qn.filter(e=>e!==`UTC`&&e!==Zn);function sa(){let e=Xn.value===`relative`;return H(`div`,{class:`preferences`,children:[H(`button`,{type:`button`,class:`plain`,"aria-pressed":e,title:e?`Times are relative; show dates`:`Times are dates; show how long ago`,onClick:()=>Xn.value=e?`absolute`:`relative`,children:[H(U,{name:`clock`}),e?`Ago`:`Date`]}),H(`select`,{"aria-label":`Time zone`,value:$n.value,onChange:e=>$n.value=e.currentTarget.value,children:[H(`option`,{value:`UTC`,children:`UTC`}),Zn!==`UTC`&&H(`option`,{value:Zn,children:[ca(Zn),` (here)`]}),H(`optgroup`,{label:`Others`,children:oa.map(e=>H(`option`,{value:e,children:ca(e)},e))})]}),H(`button`,{type:`button`,class:`plain`,title:`Colours: ${Yn.value}`,"aria-label":`Colours: ${Yn.value}. Change to ${ia[Yn.value]}`,onClick:()=>Yn.value=ia[Yn.value],children:H(U,{name:aa[Yn.value]})}),W.value!==null&&H(`button`,{type:`button`,class:`plain`,onClick:tn,children:`Leave`})]})}function ca(e){return e.replaceAll(`_`,` `)}function la(){let{page:e,query:t}=R.value,n=e===``?t.q??``:``,[r,i]=P(n),a=De(null);return F(()=>i(n),[n,e]),H(`form`,{class:`search`,role:`search`,onSubmit:async n=>{n.preventDefault();let i=r.trim(),o=It(i)&&await da(i);Ct(o?z(`message`,{id:i}):z(``,{q:i,in:e===``?t.in:void 0})),o||a.current?.focus()},children:[H(U,{name:`search`}),H(`input`,{ref:a,id:`search`,type:`search`,name:`q`,value:r,onInput:e=>i(e.currentTarget.value),onKeyDown:e=>{e.key===`Escape`&&(e.preventDefault(),i(n),a.current?.blur())},placeholder:`Tracking id, address, or to: domain: status: …`,"aria-label":`Search mail`,autocomplete:`off`,autocapitalize:`off`,spellcheck:!1}),H(`kbd`,{"aria-hidden":`true`,children:`/`}),H(`button`,{type:`button`,class:`plain`,popovertarget:`search-help`,"aria-label":`How to search`,children:`?`}),H(ua,{use:e=>{i(`${r} ${e}`.trim()),a.current?.focus()}})]})}function ua({use:e}){return H(`div`,{id:`search-help`,class:`help`,popover:`auto`,children:[H(`h2`,{children:`Search`}),H(`p`,{children:`Paste a tracking id to go to its message, or an address to see all of its mail. All terms must hold; of values after a comma any one suffices.`}),H(`table`,{children:H(`tbody`,{children:Tt.map(({key:t,example:n,says:r})=>H(`tr`,{children:[H(`th`,{scope:`row`,children:H(`button`,{type:`button`,class:`plain`,onClick:()=>e(n),popovertarget:`search-help`,popovertargetaction:`hide`,children:H(`code`,{children:n})})}),H(`td`,{children:r})]},t))})})]})}async function da(e){try{return(await rn(_n,{trackingId:e})).message!=null}catch(e){if(e instanceof K)return!1;throw e}}var fa=[[``,`Messages`],[`live`,`Live`],[`statistics`,`Statistics`],[`dead-letters`,`Dead letters`]];function pa(){let{page:e}=R.value;return H(`header`,{children:[H(`div`,{class:`bar`,children:[H(`a`,{class:`brand`,"data-page":!0,href:z(``),"aria-label":`Email Delivery Status: all messages`,children:[H(U,{name:`mail`}),H(`span`,{children:`Delivery Status`})]}),H(la,{}),H(sa,{})]}),H(`div`,{class:`bar under`,children:[H(`nav`,{"aria-label":`Pages`,children:fa.map(([t,n])=>H(`a`,{"data-page":!0,href:z(t),"aria-current":ma(t,e)?`page`:void 0,children:n},t))}),H(na,{})]})]})}function ma(e,t){return e===t||e===``&&t===`message`}function ha(){cr([{key:`/`,says:`search`,run:ga},{key:`j`,says:`next row`,run:()=>dr(1)},{key:`k`,says:`row before`,run:()=>dr(-1)},{key:`t`,says:`live tail`,run:()=>Ct(z(`live`))},{key:`?`,says:`these keys`,run:()=>document.getElementById(`keys`)?.togglePopover()}]);let e=new Map(sr.value.map(({key:e,says:t})=>[e,t]));return H(`div`,{id:`keys`,class:`help keys`,popover:`auto`,"aria-label":`Keys`,children:[H(`h2`,{children:`Keys`}),H(`table`,{children:H(`tbody`,{children:[...e,[`Enter`,`open the row`]].map(([e,t])=>H(`tr`,{children:[H(`th`,{scope:`row`,children:H(`kbd`,{children:e===`Escape`?`Esc`:e})}),H(`td`,{children:t})]},e))})})]})}function ga(){let e=document.querySelector(`#search`);e?.focus(),e?.select()}function _a(){let[e,t]=P(``),n=De(null);return F(()=>n.current?.focus(),[]),H(`form`,{class:`notice token`,onSubmit:t=>{t.preventDefault(),$t(e)},children:[H(`h1`,{children:`This API asks for a token`}),G.value===`refused`&&H(`p`,{role:`alert`,children:`The token was refused: it is wrong, or no longer valid.`}),H(`label`,{for:`token`,children:`Token`}),H(`input`,{ref:n,id:`token`,type:`password`,autocomplete:`off`,value:e,onInput:e=>t(e.currentTarget.value),"aria-describedby":`token-help`}),H(`p`,{id:`token-help`,class:`quiet`,children:[`A bearer token of `,H(`code`,{children:`[graphql] token_file`}),` or `,H(`code`,{children:`tokens_file`}),`, or a JSON Web Token. It stays in this tab, and goes to this server alone.`]}),H(`button`,{type:`submit`,class:`primary`,children:`Enter`})]})}var va={"":qi,message:Hr,live:Zt,statistics:Zi,"dead-letters":Xt};function ya(){let e=va[R.value.page];return H(x,{children:[H(`a`,{class:`skip`,href:`#main`,children:`Skip to the content`}),H(pa,{}),H(`main`,{id:`main`,tabIndex:-1,children:G.value?H(_a,{}):H(e,{})}),H(ba,{}),H(ha,{})]})}function ba(){return H(`footer`,{children:[H(`a`,{href:`./graphiql`,children:`GraphiQL`}),H(`a`,{href:`./schema.graphql`,children:`Schema`}),H(`a`,{href:`./readyz?verbose`,children:`Readiness`}),H(`a`,{href:`./metrics`,children:`Metrics`}),H(`button`,{type:`button`,class:`plain`,popovertarget:`keys`,children:[`Keys `,H(`kbd`,{children:`?`})]})]})}wt(),lr(),Kn(),j(H(ya,{}),document.body);