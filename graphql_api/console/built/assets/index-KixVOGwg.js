var e,t,n,r,i,a,o,s,c,l,u,d=Symbol.for(`pv`),f={},p=[],m=/^m(i|n|o|s|text|space)$/,h=Array.isArray,g=p.slice,_=Object.assign;function v(e){e&&e.parentNode&&e.remove()}function y(e,t,n){var r,i,a,o={},s=arguments.length;for(a in t)a==`key`?r=t[a]:a==`ref`&&typeof e!=`function`?i=t[a]:o[a]=t[a];return s>2&&(o.children=s>3?g.call(arguments,2):n),b(e,o,r,i,null)}function b(n,r,i,a,o){var s={type:n,props:r,key:i,ref:a,__k:null,__:null,__b:0,__e:null,__c:null,constructor:d,__v:o||++t,__i:-1,__u:0};return!o&&e.vnode&&e.vnode(s),s}function x(e){return e.children}function S(e,t){this.props=e,this.context=t,this.__g=0}function C(e,t){if(t==null)return e.__&&C(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!=`function`||e.props.__P?null:C(e)}function w(t){var n,r=t.__v,i=r.__e,a=[],o=[],s=t.__P;s&&((n=_({constructor:d},r)).__v=r.__v+1,e.vnode&&e.vnode(n),se(s,n,r,t.__n,s.namespaceURI,32&r.__u?[i]:null,a,i||C(r),32&r.__u,o),n.__v=r.__v,n.__.__k[n.__i]=n,O(a,n,o),r.__=r.__e=null,n.__e!=i&&T(n))}function T(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),T(e)}function E(t){(8&t.__g||(t.__g|=8,r.push(t),a++))&&i==e.debounceRendering||((i=e.debounceRendering)||queueMicrotask)(D)}function D(){try{for(var e,t=1;r.length;)r.length>t&&r.sort(o),e=r.shift(),t=r.length,8&e.__g&&w(e)}finally{(a=r.length)&&(i||queueMicrotask)(D)}}function ee(e,t,n,r,i,a,o,s,c,l,u){var d,m,h,g,_,v,y=r.__k||p,b=t.length;for(c=te(n,t,y,c,b),d=0;d<b;d++)(h=n.__k[d])!=null&&(m=~h.__i&&y[h.__i]||f,h.__i=d,v=se(e,h,m,i,a,o,s,c,l,u),g=h.__e,(m.ref!=h.ref||8&m.__u)&&(m.ref&&k(m.ref,null,h,m),h.ref&&u.push(h.ref,h.__c||g,h)),_||=g,4&h.__u?(c=ne(h,c,e,!m.__v),m.__e&&(m.__e=null)):typeof h.type==`function`&&v!==void 0?c=v:g&&(c=g.nextSibling),h.__u&=-21);return n.__e=_,c}function te(e,t,n,r,i){var a,o,s,c,l,u,f,p,m,g=n.length,_=g,v=0,y=0,S=e.__k=Array(i);for(a=0;a<i;a++)(o=t[a])!=null&&typeof o!=`boolean`&&typeof o!=`function`?(typeof o!=`object`||o.constructor===String?o=S[a]=b(null,o):h(o)?o=S[a]=b(x,{children:o}):o.constructor===d&&o.__b?o=S[a]=b(o.type,o.props,o.key,o.ref,o.__v):S[a]=o,c=a+v,o.__=e,o.__b=e.__b+1,s=null,~(l=o.__i=re(o,n,c,_))&&(_--,(s=n[l])&&(s.__u|=2)),s&&s.__v?(o.__u|=16,l==c-1?v--:l==c+1?v++:l!=c&&(l>c?v--:v++,y=1)):(~l||(i>g?v--:i<g&&v++),typeof o.type!=`function`&&(o.__u|=4))):S[a]=null;if(y){for(u=[],f=[],a=0;a<i;a++)if((o=S[a])&&16&o.__u){for(v=0,p=u.length;v<p;)u[m=v+p>>1]<o.__i?v=m+1:p=m;u[v]=o.__i,f[a]=v+1}for(v=u.length;a--;)f[a]&&(f[a]==v?v--:S[a].__u|=4)}if(_)for(a=0;a<g;a++)!(s=n[a])||2&s.__u||(s.__e==r&&(r=C(s)),de(s,s));return r}function ne(e,t,n,r){var i,a,o,s;if(typeof e.type==`function`){if(e.props.__P)return t;if(i=e.__k)for(a=0;a<i.length;a++)i[a]&&(i[a].__=e,t=ne(i[a],t,n,!1));return t}for(t&&!t.parentNode&&(t=C(e))&&!t.parentNode&&(t=null),o=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(o!=s&&(!r&&n.moveBefore&&o.parentNode?n.moveBefore(o,t):n.insertBefore(o,t||null)),t=o;(t&&=t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(`$s`););return t}function re(e,t,n,r){var i,a=e.key,o=e.type,s=t[n],c=s&&!(2&s.__u);if(s===null&&a==null||c&&a==s.key&&o==s.type)return n;if(r>+!!c){for(i=n-1;i>=0;i--)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i;for(i=n+1;i<t.length;i++)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i}return-1}function ie(e,t,n){n??=``,t[0]==`-`?e.setProperty(t,n):e[t]=n}function ae(e,t,n,r,i){var a,o;if(t==`style`){if(typeof n==`string`)e.style.cssText=n;else{if(typeof r==`string`&&(e.style.cssText=r=``),r)for(t in r)n&&t in n||ie(e.style,t);if(n)for(t in n)r&&n[t]==r[t]||ie(e.style,t,n[t])}}else if(t[0]==`o`&&t[1]==`n`)typeof n!=`function`&&(n=null),typeof r!=`function`&&(r=null),(e.__e||={})[t]=n,n&&r||(o=u[t]||(u[t]=oe(t)),(e.__a||={})[t]=l,a=t!=(t=t.replace(c,`$1`)),(t=t.slice(2))[0]<`a`&&(t=t.toLowerCase()),n?e.addEventListener(t,o,a):e.removeEventListener(t,o,a));else{if(i==`http://www.w3.org/2000/svg`)t=t.replace(/xlink(H|:h)/,`h`).replace(/sName$/,`s`);else if(t!=`width`&&t!=`height`&&t!=`href`&&t!=`list`&&t!=`form`&&t!=`tabIndex`&&t!=`download`&&t!=`rowSpan`&&t!=`colSpan`&&t!=`role`&&t!=`popover`&&t in e)try{e[t]=n??``;return}catch{}if(typeof n==`function`)return;n==null||!1===n&&t[4]!=`-`?e.removeAttribute(t):e.setAttribute(t,t==`popover`&&n==1?``:n)}}function oe(t){return function(n){var r=this.__e;if(r){if(r=r[t],n[s]==null)n[s]=l++;else if(n[s]<this.__a[t])return;return r(e.event?e.event(n):n)}}}function se(t,n,r,i,a,o,s,c,l,u){var f,m,g,y,b,w,T,E,D,te,ne,re,ie,ae,oe,se,O,k,A=n.type;if(n.constructor!==d)return null;128&r.__u&&(l=32&r.__u,f=r.__c.__z)&&(n.__u|=l,m=o=[],f.nodeType==8?c=ce(f,o):o.push(f),c=o[0]||c),(f=e.__b)&&f(n);n:if(typeof A==`function`){g=s.length;try{if(E=n.props,D=(f=A.prototype)&&f.render,te=(f=A.contextType)&&i[f.__c],ne=f?te?te.props.value:f.__:i,(y=r.__c)?(n.__c=y,2&y.__g&&(y.__g|=1)):(D?n.__c=y=new A(E,ne):(n.__c=y=new S(E,ne),y.constructor=A,y.render=fe),te&&te.sub(y),y.state||(y.state={}),y.__n=i,y.__g|=8,y.__h=[],y.__k=[]),D&&(y.__s||(y.__s=y.state),A.getDerivedStateFromProps&&(y.__s==y.state&&(y.__s=_({},y.__s)),_(y.__s,A.getDerivedStateFromProps(E,y.__s)))),b=y.props,w=y.state,y.__v=n,r.__c){if(E!==b&&D&&!A.getDerivedStateFromProps&&y.componentWillReceiveProps&&y.componentWillReceiveProps(E,ne),n.__v==r.__v&&!(8&y.__g)||!(4&y.__g)&&y.shouldComponentUpdate&&!1===y.shouldComponentUpdate(E,y.__s,ne)){n.__v!=r.__v&&(y.props=E,y.state=y.__s,y.__g&=-9),n.__e=r.__e,n.__k=r.__k,n.__k.some(function(e){e&&(e.__=n)}),p.push.apply(y.__h,y.__k),y.__k=[],y.__h.length&&s.push(y),c=C(r);break n}y.componentWillUpdate&&y.componentWillUpdate(E,y.__s,ne),D&&y.componentDidUpdate&&y.__h.push(function(){y.componentDidUpdate(b,w,T)})}else D&&!A.getDerivedStateFromProps&&y.componentWillMount&&y.componentWillMount(),D&&y.componentDidMount&&y.__h.push(y.componentDidMount);y.context=ne,y.props=E,y.__P=t,y.__g&=-5,re=e.__r,ie=D?25:0;do y.__g&=-9,re&&re(n),f=y.render(y.props,y.state=y.__s,y.context);while(8&y.__g&&++ie<25);D&&(p.push.apply(y.__h,y.__k),y.__k=[]),y.state=y.__s,y.getChildContext&&(i=_({},i,y.getChildContext())),D&&r.__c&&y.getSnapshotBeforeUpdate&&(T=y.getSnapshotBeforeUpdate(b,w)),ae=f&&f.type===x&&f.key==null?f.props.children:f,E.__P&&(f=c,a=(t=E.__P).namespaceURI,l=o=null,r.props&&r.props.__P!=t&&(r.__k.some(function(e){e&&de(e,e)}),r.__k=null),c=r.__k?C(r,0):null),c=ee(t,h(ae)?ae:[ae],n,r,i,a,o,s,c,l,u),E.__P&&(n.__e=null,c=f),n.__u&=-161,m&&m.some(v),y.__h.length&&s.push(y),1&y.__g&&(y.__g&=-4)}catch(t){if(s.length=g,n.__v=null,l||o){if(t&&t.then){if(n.__u|=128|l,o){for(~(O=o.indexOf(c||void 0))||(O=o.length);(k=o[O-1])&&k.nodeType==8;)O--;for(;O<o.length;O++)if(k=o[O]){if(o[O]=null,oe){if(k==se)break}else{if(k.nodeType!=8)break;k.data.startsWith(`$s`)&&(se=ce(oe=k))}}}if(!oe){for(;c&&c.nodeType==8&&c.nextSibling;)c=c.nextSibling;oe=c}(f=ce(oe=n.__c.__z||(n.__c.__z=oe)))?(n.__e=oe,c=f):n.__e=c,c&&=c.nextSibling}else o&&o.some(v)}else n.__e=r.__e;n.__k||=r.__k||[],t&&t.then||le(n),e.__e(t,n,r)}}else c=n.__e=ue(r.__e,n,r,i,a,o,s,l,u,t);return(f=e.diffed)&&f(n),c}function ce(e,t){if(e&&e.nodeType==8&&e.data.startsWith(`$s`))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith(`$s`))n++;else if(e.data.startsWith(`/$s`)&&!--n)return e}t&&t.push(e)}}function le(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(le))}function O(t,n,r){for(var i=0;i<r.length;)k(r[i++],r[i++],r[i++]);e.__c&&e.__c(n,t),t.some(function(n){try{t=n.__h,n.__h=[],t.some(function(e){e.call(n)})}catch(t){e.__e(t,n.__v)}})}function ue(t,n,r,i,a,o,s,c,l,u){var d,p,_,y,b,x,S,w,T=r.props||f,E=n.props,D=n.type;if(D==`svg`?a=`http://www.w3.org/2000/svg`:D==`math`?a=`http://www.w3.org/1998/Math/MathML`:a||=`http://www.w3.org/1999/xhtml`,o){for(d=0;d<o.length;d++)if((b=o[d])&&(D?b.localName==D:b.nodeType==3)){t=b,o[d]=null;break}}if(!t){if(w=u.ownerDocument||document,!D)return w.createTextNode(E);t=w.createElementNS(a,D,E.is?E:u),c&&=(e.__m&&e.__m(n,o),!1),o=null}if(D){if(u=D==`template`&&t.content||t,o=D==`textarea`&&E.defaultValue!=null?null:o&&g.call(u.childNodes),!c&&o)for(T={},d=0;d<t.attributes.length;d++)T[(b=t.attributes[d]).name]=b.value;for(d in T)b=T[d],d==`dangerouslySetInnerHTML`?_=b:d==`children`||d in E||d==`value`&&`defaultValue`in E||d==`checked`&&`defaultChecked`in E||ae(t,d,null,b,a);for(d in E)b=E[d],d==`children`?y=b:d==`dangerouslySetInnerHTML`?p=b:d==`value`?x=b:d==`checked`?S=b:c&&typeof b!=`function`||T[d]===b||ae(t,d,b,T[d],a);p?(c||_&&(p.__html==_.__html||p.__html==t.innerHTML)||(t.innerHTML=p.__html),n.__k=[]):(_&&(t.textContent=``),(D==`foreignObject`||a==`http://www.w3.org/1998/Math/MathML`&&m.test(D))&&(a=`http://www.w3.org/1999/xhtml`),ee(u,h(y)?y:[y],n,r,i,a,o,s,o?o[0]:r.__k&&C(r,0),c,l),o&&o.some(v)),c&&D!=`textarea`||(d=`value`,D==`progress`&&x==null?t.removeAttribute(d):x==null||x===t[d]&&(D!=`progress`||x)||ae(t,d,x,T[d],a),d=`checked`,S!=null&&S!=t[d]&&ae(t,d,S,T[d],a))}else T===E||c&&t.data==E||(t.data=E);return t}function k(t,n,r,i){try{typeof t==`function`?n?n.__x=t(n)||1:(i&&=i.__c||i.__e)&&(n=i.__x)&&(i.__x=null,typeof n==`function`?n():t(null)):t.current=n}catch(t){e.__e(t,r)}}function de(t,n,r){var i,a,o,s;if(e.unmount&&e.unmount(t),!(i=t.ref)||i.current&&i.current!=t.__e||k(i,null,n,t),i=t.__c){if(i.componentWillUnmount)try{i.componentWillUnmount()}catch(t){e.__e(t,n)}i.__P=i.__n=null}if(i=t.__k)for(s=0;s<i.length;s++)i[s]&&de(i[s],n,typeof t.type!=`function`||r&&!t.props.__P);!r&&(i=t.__c)&&(i=i.__z)&&(a=ce(i,o=[]))&&(i==t.__e&&o.some(v),v(a),v(i)),r||v(t.__e),t.__e=t.__c=t.__=null}function fe(e,t,n){return this.constructor(e,n)}function A(t,n){var r,i,a,o;e.__&&e.__(t,n),n.nodeType==9&&(n=n.documentElement),i=(r=t&&32&t.__u)?null:n.__k,n.__k=b(x,{children:[t]}),a=[],o=[],se(n,n.__k,i||f,f,n.namespaceURI,i?null:n.firstChild?g.call(n.childNodes):null,a,i?i.__e:n.firstChild,r,o),O(a,n.__k,o),n.__k.props.children=null}e={__e:function(e,t,n,r){for(var i,o,s;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((s=(o=i.constructor)&&o.getDerivedStateFromError)&&i.setState(o.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,r||{}),s=1),s&&8&i.__g)return void(i.__g|=2)}catch(t){e=t}}throw a=0,e}},t=0,n=function(e){return e!=null&&e.constructor===d},S.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=_({},this.state)),typeof e==`function`&&(e=e(_({},n),this.props)),e&&(_(n,e),this.__v&&(t&&this.__k.push(t),E(this)))},S.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),E(this))},S.prototype.render=x,r=[],a=0,o=function(e,t){return e.__v.__b-t.__v.__b},s=Symbol(),c=/(PointerCapture)$|Capture$/i,l=0,u={};var pe,j,me,he,ge=Object.is,_e=0,ve=[],ye=[],M=e,be=M.__b,xe=M.__r,Se=M.diffed,Ce=M.__c,we=M.unmount,Te=M.__;function Ee(e,t){M.__h&&M.__h(j,e,_e||t),_e=0;var n=j.__H||(j.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function N(e){return _e=1,De(Re,e)}function De(e,t,n){var r=Ee(pe++,2);if(r.t=e,!r.__c&&(r.__=[n?n(t):Re(void 0,t),function(e){var t=(r.__N||r.__)[0],n=r.t(t,e);ge(t,n)||(r.__N=[n,r.__[1]],r.__c.setState({}))}],r.__c=j,!j.__f)){j.__f=!0;var i=j.shouldComponentUpdate;j.shouldComponentUpdate=function(e,t,n){var r=this.__H;if(!r)return!0;var a=!1,o=this.props!=e;if(r.__.some(function(e){e.__N&&(a=!0,ge(e.__[0],e.__N[0])||(o=!0))}),i){var s=i.call(this,e,t,n);return a?s||o:s}return!a||o}}return r.__}function P(e,t){var n=Ee(pe++,3);!M.__s&&Le(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,j.__H.__h.push(n))}function Oe(e,t){var n=Ee(pe++,4);!M.__s&&Le(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,j.__h.push(n))}function ke(e){return _e=5,Ae(function(){return{current:e}},[])}function Ae(e,t){var n=Ee(pe++,7);return Le(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function je(){var e;do{for(;e=ye.shift();)try{Fe(e)}catch(t){M.__e(t,{__:(e=e.__P)&&e.__v})}for(;e=ve.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Fe),t.__h.some(Ie),t.__h=[]}catch(n){t.__h=[],M.__e(n,e.__v)}}}while(ye.length)}M.__b=function(e){j=null,be&&be(e)},M.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),Te&&Te(e,t)},M.__r=function(e){xe&&xe(e),pe=0;var t=(j=e.__c).__H;t&&(me==j?j.__h=[]:(t.__h.some(Fe),t.__h.some(Ie),pe=0),t.__h=[],t.__.some(function(e){e.__N&&(e.__=e.__N),e.u=e.__N=void 0})),me=j},M.diffed=function(e){Se&&Se(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Pe(ve.push(t)),t.__H.__.some(function(e){e.u&&(e.__H=e.u)})),me=j=null},M.__c=function(e,t){t.some(function(e){try{e.__h.some(Fe),e.__h=e.__h.filter(function(e){return!e.__||Ie(e)})}catch(t){e.__h=[function(){throw t}]}}),Ce&&Ce(e,t)},M.unmount=function(e){we&&we(e);var t,n,r=e.__c;r&&r.__H&&(r.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n&&=n.__c}r.__P=n,Pe(ye.push(r))}else Fe(r)}catch(e){t=e}}),r.__H=void 0,t&&M.__e(t,r.__v))};var Me=typeof requestAnimationFrame==`function`;function Ne(e){var t,n=function(){clearTimeout(r),Me&&cancelAnimationFrame(t),setTimeout(e)},r=setTimeout(n,35);Me&&(t=requestAnimationFrame(n))}function Pe(e){e!=1&&he==M.requestAnimationFrame||((he=M.requestAnimationFrame)||Ne)(je)}function Fe(e){var t=j,n=e.__c;typeof n==`function`&&(e.__c=void 0,n()),j=t}function Ie(e){var t=j;e.__c=e.__(),j=t}function Le(e,t){return!e||e.length!=t.length||t.some(function(t,n){return!ge(t,e[n])})}function Re(e,t){return typeof t==`function`?t(e):t}var ze=Symbol.for(`preact-signals`);function Be(){if(Ge>1)Ge--;else{var e,t=!1;for((function(){var e=Ye;for(Ye=void 0;e!==void 0;){var t=e.S;if(t.v===e.v)for(var n=t.t;n!==void 0;n=n.x)n.i===e.i&&(n.i=t.i);e=e.o}})();We!==void 0;){var n=We;for(We=void 0,Ke++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&$e(n))try{n.c()}catch(n){t||=(e=n,!0)}n=r}}if(Ke=0,Ge--,t)throw e}}function Ve(e){if(Ge>0)return e();Je=++qe,Ge++;try{return e()}finally{Be()}}var He,F=void 0;function Ue(e){var t=F,n=He;F=void 0,He=void 0;try{return e()}finally{F=t,He=n}}var We=void 0,Ge=0,Ke=0,qe=0,Je=0,Ye=void 0,Xe=0;function Ze(e){if(F!==void 0){var t=e.n;if(t===void 0||t.t!==F)return t={i:0,S:e,p:F.s,n:void 0,t:F,e:void 0,x:void 0,r:t},F.s!==void 0&&(F.s.n=t),F.s=t,e.n=t,32&F.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=F.s,t.n=void 0,F.s.n=t,F.s=t),t}}function I(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}I.prototype.brand=ze,I.prototype.h=function(){return!0},I.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n===void 0?Ue(function(){var e;(e=t.W)==null||e.call(t)}):n.e=e)},I.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&Ue(function(){var e;(e=t.Z)==null||e.call(t)}))}},I.prototype.subscribe=function(e){var t=this;return ct(function(){var n=t.value;Ue(function(){return e(n)})},{name:`sub`})},I.prototype.valueOf=function(){return this.value},I.prototype.toString=function(){return this.value+``},I.prototype.toJSON=function(){return this.value},I.prototype.peek=function(){var e=this;return Ue(function(){return e.value})},Object.defineProperty(I.prototype,"value",{get:function(){var e=Ze(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(Ke>100)throw Error(`Cycle detected`);(function(e){Ge!==0&&Ke===0&&e.l!==Je&&(e.l=Je,Ye={S:e,v:e.v,i:e.i,o:Ye})})(this),this.v=e,this.i++,Xe++,Ge++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{Be()}}}});function Qe(e,t){return new I(e,t)}function $e(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function et(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function tt(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function nt(e,t){I.call(this,void 0,t),this.x=e,this.s=void 0,this.g=Xe-1,this.f=4}nt.prototype=new I,nt.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Xe))return!0;if(this.g=Xe,this.f|=1,this.i>0&&!$e(this))return this.f&=-2,!0;var e=F;try{et(this),F=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(e){this.v=e,this.f|=16,this.i++}return F=e,tt(this),this.f&=-2,!0},nt.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}I.prototype.S.call(this,e)},nt.prototype.U=function(e){if(this.t!==void 0&&(I.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}},nt.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}},Object.defineProperty(nt.prototype,"value",{get:function(){if(1&this.f)throw Error(`Cycle detected`);var e=Ze(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function rt(e,t){return new nt(e,t)}function it(e){var t=e.j;if(e.j=void 0,typeof t==`function`){Ge++;var n=F;F=void 0;try{t()}catch(t){throw e.f&=-2,e.f|=8,at(e),t}finally{F=n,Be()}}}function at(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,it(e)}function ot(e){if(F!==this)throw Error(`Out-of-order effect`);tt(this),F=e,this.f&=-2;try{8&this.f&&at(this)}finally{Be()}}function st(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,He&&He.push(this)}st.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==`function`&&(this.j=t)}finally{e()}},st.prototype.S=function(){if(1&this.f)throw Error(`Cycle detected`);this.f|=1,this.f&=-9,it(this),et(this),Ge++;var e=F;return F=this,ot.bind(this,e)},st.prototype.N=function(){2&this.f||(this.f|=2,this.u=We,We=this)},st.prototype.d=function(){this.f|=8,1&this.f||at(this)},st.prototype.dispose=function(){this.d()};function ct(e,t){var n=new st(e,t);try{n.c()}catch(e){throw n.d(),e}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var lt,ut,dt=typeof window<`u`&&!!window.__PREACT_SIGNALS_DEVTOOLS__,ft=[];ct(function(){lt=this.N})();function pt(t,n){e[t]=n.bind(null,e[t]||function(){})}function mt(e){if(ut){var t=ut;ut=void 0,t()}ut=e&&e.S()}function ht(e){var t=this,r=e.data,i=_t(r);i.name=`ReactiveDom`,i.value=r;var a=Ae(function(){for(var e=t,r=t.__v;r=r.__;)if(r.__c){r.__c.__$f|=4;break}var a=rt(function(){var e=i.value.value;return e===0?0:!0===e?``:e||``}),o=rt(function(){return!Array.isArray(a.value)&&!n(a.value)}),s=ct(function(){if(this.N=bt,o.value){var t=a.value;e.__v&&e.__v.__e&&e.__v.__e.nodeType===3&&(e.__v.__e.data=t)}}),c=t.__$u.d;return t.__$u.d=function(){s(),c.call(this)},[o,a]},[]),o=a[0],s=a[1];return o.value?s.peek():s.value}ht.displayName=`ReactiveTextNode`,Object.defineProperties(I.prototype,{constructor:{configurable:!0,value:y(x,null).constructor},type:{configurable:!0,value:ht},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}}),pt(`__b`,function(e,t){if(mt(),typeof t.type==`string`){var n,r=t.props;for(var i in r)if(i!==`children`){var a=r[i];a instanceof I&&(n||(t.__np=n={}),n[i]=a,r[i]=a.peek())}}e(t)}),pt(`__r`,function(e,t){if(e(t),t.type!==x){mt();var n,r=t.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=function(e,t){var n;return ct(function(){n=this},{name:t}),n.c=e,n}(function(e){return function(){var t;dt&&((t=this.y)==null||t.call(this)),e.__$f|=1,e.setState({})}}(r),typeof t.type==`function`?t.type.displayName||t.type.name:``))),mt(n)}}),pt(`__e`,function(e,t,n,r){mt(),e(t,n,r)}),pt(`diffed`,function(e,t){mt();var n;if(typeof t.type==`string`&&(n=t.__e)){var r=t.__np,i=t.props,a=n.U;if(a)for(var o in a){var s=a[o];s===void 0||r&&o in r||(s.d(),a[o]=void 0)}if(r)for(var c in a||(a={},n.U=a),r){var l=a[c],u=r[c];l===void 0?(l=gt(n,c,u,i),a[c]=l):l.o(u,i)}}e(t)});function gt(e,t,n,r){var i=t in e&&e.ownerSVGElement===void 0,a=Qe(n);return{o:function(e,t){a.value=e,r=t},d:ct(function(){this.N=bt;var n=a.value.value;r[t]!==n&&(r[t]=n,i?e[t]=n:n!=null&&(!1!==n||t[4]===`-`)?e.setAttribute(t,n):e.removeAttribute(t))})}}pt(`unmount`,function(e,t){if(typeof t.type==`string`){var n=t.__e;if(n){var r=n.U;if(r)for(var i in n.U=void 0,r){var a=r[i];a&&a.d()}}var o=t.__np;if(o){var s=t.props;for(var c in o)s[c]=o[c]}t.__np=void 0}else{var l=t.__c;if(l){l.__$f|=8;var u=l.__$u;u&&(l.__$u=void 0,u.d())}}e(t)}),pt(`__h`,function(e,t,n,r){r<3&&(t.__$f|=2),e(t,n,r)}),S.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==`boolean`&&!0===this.u){var a=2&this.__$f;if(!(r||a||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var o in e)if(o!==`__source`&&e[o]!==this.props[o])return!0;for(var s in this.props)if(!(s in e))return!0;return!1};function _t(e,t){return Ae(function(){return Qe(e,t)},[])}var vt=function(e){queueMicrotask(function(){queueMicrotask(e)})};function yt(){Ve(function(){for(var e;e=ft.shift();)lt.call(e)})}function bt(){ft.push(this)===1&&(e.requestAnimationFrame||vt)(yt)}var xt=[``,`message`,`live`,`statistics`,`dead-letters`],St=[``,`live`,`statistics`],L=Qe(Ct(location));function Ct(e){let t=e.pathname.split(`/`).at(-1)??``;return{page:xt.includes(t)?t:``,query:Object.fromEntries(new URLSearchParams(e.search))}}function R(e,t={}){let n=Object.entries(t).filter(e=>!!e[1]),r=new URLSearchParams(n).toString();return`./${e}${r&&`?${r}`}`}function z(e){return R(L.value.page,{...L.value.query,...e})}var wt=R(``);function Tt(){Et(wt)}function Et(e,t=`push`){let n=new URL(e,document.baseURI);history[t===`push`?`pushState`:`replaceState`](null,``,n);let r=L.value.page;L.value=Ct(n),t===`push`&&window.scrollTo(0,0),L.value.page!==r&&requestAnimationFrame(()=>document.querySelector(`main`)?.focus())}function Dt(){addEventListener(`popstate`,()=>L.value=Ct(location)),ct(()=>{L.value.page===``&&(wt=z({}))}),addEventListener(`click`,e=>{let t=e.target instanceof Element?e.target.closest(`a`):null,n=e.button===0&&!(e.metaKey||e.ctrlKey||e.shiftKey||e.altKey);t===null||!n||e.defaultPrevented||t.target||t.hasAttribute(`download`)||t.dataset.page!==void 0&&t.origin===location.origin&&(e.preventDefault(),Et(t.href))})}var Ot=[{key:`to`,example:`to:ann@example.org`,says:`the recipient's address`},{key:`domain`,example:`domain:example.org`,says:`the recipient's domain`},{key:`id`,example:`id:abc-123`,says:`the tracking id; also msgid:`},{key:`status`,example:`status:bounced,deferred`,says:`queued, deferred, delivered, bounced, unknown`},{key:`category`,example:`category:mailbox_full`,says:`the reason of a deferral or a bounce`},{key:`sender`,example:`sender:42`,says:`the account that sent the mail`},{key:`code`,example:`code:103`,says:`the event's code, in the list of events`},{key:`after`,example:`after:1h`,says:`at this time or later: 30s, 15m, 7d, 2026-11-22, 2026-11-22T10:00:00Z`},{key:`before`,example:`before:2026-11-22`,says:`before this time`},{key:`-`,example:`-status:delivered`,says:`not this`}],kt=String.raw`(?:"(?:[^"\\]|\\["\\])*"|[^\s,"]+)`,At=new RegExp(String.raw`(-?)(?:([A-Za-z_]+):)?(${kt}(?:,${kt})*)(?=\s|$)`,`y`),jt=new RegExp(kt,`g`);function B(e){let t=[],n=0;for(;;){for(;/\s/.test(e.charAt(n));)n+=1;if(n>=e.length)return t;At.lastIndex=n;let r=At.exec(e);if(r===null)return null;let i=(r[3]??``).match(jt)?.map(Bt)??[],a=r[2]?.toLowerCase()??(i.every(e=>e.includes(`@`))?`to`:`id`);t.push({key:a,values:i,negated:r[1]===`-`}),n=At.lastIndex}}function V(e){return e.map(({key:e,values:t,negated:n})=>`${n?`-`:``}${e}:${t.map(zt).join(`,`)}`).join(` `)}function Mt(e,t,n,r=!1){let i=B(e)??[],a=i.find(e=>e.key===t&&e.negated===r);if(a===void 0)return V([...i,{key:t,values:[n],negated:r}]);let o=a.values.includes(n)?a.values:[...a.values,n];return V(i.map(e=>e===a?{...e,values:o}:e))}function Nt(e,t,n){let r=(B(e)??[]).filter(e=>e.key!==t||e.negated);return V(n===void 0?r:[...r,{key:t,values:[n],negated:!1}])}function Pt(e,t,n,r=!1){return V((B(e)??[]).map(e=>e.key===t&&e.negated===r?{...e,values:e.values.filter(e=>e!==n)}:e).filter(e=>e.values.length>0))}function Ft(e,t){return V([{key:e,values:[t],negated:!1}])}var It=[`to`,`domain`,`id`,`msgid`,`category`,`class`,`sender`,`after`];function Lt(e){let t=B(e)??[],n=t.some(({key:e,negated:t})=>t&&e!==`status`),r=t.some(({key:e,negated:t})=>!t&&It.includes(e));return n&&!r?Mt(e,`after`,`30d`):e}function Rt(e){return e!==``&&e.length<=500&&!Ot.some(({key:t})=>RegExp(`(^|\\s)-?${t}:`,`i`).test(e))}function zt(e){return/^[^\s,"]+$/.test(e)?e:`"${e.replace(/["\\]/g,`\\$&`)}"`}function Bt(e){return e.startsWith(`"`)?e.slice(1,-1).replace(/\\(["\\])/g,`$1`):e}var Vt=Symbol.for(`pv`),Ht=0;Array.isArray;function H(t,n,r,i,a,o){n||={};var s,c,l=n;if(`ref`in l&&typeof t!=`function`)for(c in l={},n)c==`ref`?s=n[c]:l[c]=n[c];var u={type:t,props:l,key:r,ref:s,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Vt,__v:--Ht,__i:-1,__u:0};return(a||o)&&(u.__source=a,u.__self=o),e.vnode&&e.vnode(u),u}var Ut={queued:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.3`,deferred:`M13 8A5 5 0 1 1 11.3 4.3M13.2 2.5v3h-3`,delivered:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8.2l1.8 1.8 3.4-3.8`,bounced:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6 6l4 4M10 6l-4 4`,unknown:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6.6 6.4a1.5 1.5 0 1 1 2 1.6c-.4.2-.6.5-.6.9M8 10.8v.1`,opened:`M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8M8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2`,clicked:`M6 6l7 2.6-3.2 1.2L8.6 13zM3 3l1 1M6.5 2v1.400M2 6.500h1.4`,complained:`M4 14V2.500h7.500L10 5.500l1.5 3H4`,unsubscribed:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8h5`,search:`M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.300l3.2 3.2`,copy:`M6 6h7v7H6zM3 10V3h7`,done:`M3.5 8.500l3 3 6-7`,warning:`M8 2.5 14 13H2zM8 6.500v3M8 11.200v.1`,close:`M4 4l8 8M12 4l-8 8`,sun:`M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1.500v1M8 13.500v1M1.5 8h1M13.5 8h1M3.4 3.400l.7.7M11.9 11.900l.7.7M12.6 3.400l-.7.7M4.1 11.900l-.7.7`,moon:`M13 9.500A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5`,auto:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 2.500v11M8 5h4.500M8 8h5.500M8 11h4.5`,clock:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.200l2.2 1.3`,mail:`M2 4h12v8.500H2zM2 4.500l6 4.5 6-4.5`,back:`M9.5 3.5 5 8l4.5 4.5`,pause:`M5.5 3.500v9M10.5 3.500v9`,live:`M8 4.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7`,next:`M6.5 3.5 11 8l-4.5 4.5`};function U({name:e}){return H(`svg`,{class:`icon`,viewBox:`0 0 16 16`,"aria-hidden":`true`,focusable:`false`,children:H(`path`,{d:Ut[e]})})}function Wt({icon:e,title:t,level:n=2,children:r}){return H(`div`,{class:`notice`,children:[H(U,{name:e}),H(n===1?`h1`:`h2`,{children:t}),r]})}function Gt({rows:e=12}){return H(`div`,{class:`loading`,role:`status`,"aria-label":`Loading`,children:Array.from({length:e},(e,t)=>H(`div`,{class:`bone`},t))})}var Kt={UNREACHABLE:`The server does not answer`,UNAVAILABLE:`The store or the broker is away`,BAD_USER_INPUT:`This search can't be read`,NO_INDEX:`This search would read everything`,LIMIT_EXCEEDED:`That is more than one answer may hold`,RATE_LIMITED:`Too many questions at once`,FORBIDDEN:`This token may not see that`,BAD_CURSOR:`This page of the list is no more`},qt={UNREACHABLE:`Check that it runs and that the network is there, then try again.`,UNAVAILABLE:`It is asked again as soon as you try; nothing is lost meanwhile.`,RATE_LIMITED:`Wait for a moment, then try again.`,FORBIDDEN:`Ask for a token that sees all senders.`,INTERNAL_SERVER_ERROR:`The server's log has the details under this id.`},Jt=[`BAD_USER_INPUT`,`NO_INDEX`,`BAD_CURSOR`,`LIMIT_EXCEEDED`];function Yt({problem:e,again:t,level:n=2}){return H(`div`,{role:`alert`,children:H(Wt,{icon:`warning`,level:n,title:Kt[e.code]??`That went wrong`,children:[H(`p`,{children:e.message}),qt[e.code]&&H(`p`,{class:`quiet`,children:qt[e.code]}),Jt.includes(e.code)?H(Xt,{code:e.code}):H(`button`,{type:`button`,onClick:t,children:`Try again`})]})})}function Xt({code:e}){let t=L.value.query.q??``;return H(`p`,{class:`choices`,children:[e===`NO_INDEX`&&H(`a`,{class:`button`,"data-page":!0,href:z({q:Mt(t,`after`,`30d`)}),children:`Only the last 30 days`}),H(`button`,{type:`button`,popovertarget:`search-help`,children:`How to search`}),H(`a`,{class:`button`,"data-page":!0,href:z({after:void 0,before:void 0}),children:`To the first page`}),H(`a`,{class:`button`,"data-page":!0,href:R(``),children:`All mail`})]})}function Zt(e){P(()=>{document.title=`${e} · Email Delivery Status`},[e])}function Qt(){return Zt(`Dead letters`),H(Wt,{level:1,icon:`clock`,title:`Dead letters`,children:H(`p`,{children:`What could not be used: why, its bytes, and how to send it on will be here.`})})}var $t=1e3,en=100,tn=5,nn=class{changed;rows=[];waiting=[];waitingCount=0;count=0;kinds=new Map;held=!1;perSecond=new Float64Array(61);second=0;arrived=[];shownAt=-1/0;frame=0;timer=0;constructor(e){this.changed=e}add(e){this.advance(Date.now()),this.perSecond[this.second%61]+=1,this.count+=1,this.kinds.set(e.kind,(this.kinds.get(e.kind)??0)+1),this.arrived.push({key:this.count,event:e}),this.arrived.length>2e3&&this.settle(),this.schedule()}hold(e){e!==this.held&&(this.settle(),this.held=e,e||(this.rows=rn(this.waiting,this.rows),this.waiting=[],this.waitingCount=0),this.changed())}clear(){this.settle(),this.rows=[],this.waiting=[],this.waitingCount=0,this.changed()}rate(){return this.lastSeconds().slice(-5).reduce((e,t)=>e+t,0)/tn}lastSeconds(){return this.advance(Date.now()),Array.from({length:60},(e,t)=>this.perSecond[(this.second+1+t)%61]??0)}stop(){cancelAnimationFrame(this.frame),clearTimeout(this.timer)}advance(e){let t=Math.floor(e/1e3),n=Math.min(t-this.second,61);for(let e=0;e<n;e+=1)this.perSecond[(t-e)%61]=0;this.second=Math.max(t,this.second)}schedule(){if(this.frame||this.timer)return;let e=this.shownAt+en-performance.now();e>0?this.timer=window.setTimeout(()=>{this.timer=0,this.schedule()},e):this.frame=requestAnimationFrame(()=>{this.frame=0,this.shownAt=performance.now(),this.settle(),this.changed()})}settle(){let e=this.arrived.reverse();this.arrived=[],this.held?(this.waiting=rn(e,this.waiting),this.waitingCount+=e.length):e.length>0&&(this.rows=rn(e,this.rows))}};function rn(e,t){return e.length>=1e3?e.slice(0,$t):e.concat(t.slice(0,$t-e.length))}var an=`eds.token`,W=Qe(sessionStorage.getItem(an)),G=Qe(``);function on(e){let t=e.trim().replace(/^Bearer\s+/i,``);t!==``&&(sessionStorage.setItem(an,t),W.value=t,G.value=``)}function sn(e){W.value===e&&(sessionStorage.removeItem(an),G.value=e===null?`none`:`refused`,W.value=null)}function cn(){sessionStorage.removeItem(an),W.value=null,G.value=`none`}var K=class extends String{__apiType;value;__meta__;constructor(e,t){super(e),this.value=e,this.__meta__=t}toString(){return this.value}};new K(`
    fragment Total on TotalCount {
  count
  precision
}
    `,{fragmentName:`Total`}),new K(`
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
    `,{fragmentName:`Page`}),new K(`
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
    `,{fragmentName:`DeliveryRow`}),new K(`
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
    `,{fragmentName:`EventRow`}),new K(`
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
    `,{fragmentName:`MessageDelivery`}),new K(`
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
    `,{fragmentName:`MessageEvent`});var ln=new K(`
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
}`),un=new K(`
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
    `),dn=new K(`
    query Health {
  pipeline {
    lag
    ageSeconds
    newestEventAt
    brokerAvailable
    version
  }
}
    `),fn=new K(`
    query PendingDeadLetters {
  deadLetters(where: {states: [OPEN, PARTLY]}, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),pn=new K(`
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
}`),mn=new K(`
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
}`),hn=new K(`
    query CountDeliveries($search: String) {
  rows: deliveries(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),gn=new K(`
    query CountEvents($search: String) {
  rows: events(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),_n=new K(`
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
}`),vn=new K(`
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
}`),yn=new K(`
    subscription EventReceived($where: EventFilter, $after: String) {
  eventReceived(where: $where, after: $after) {
    ...EventRow
  }
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
}`),bn=new K(`
    query Exists($trackingId: String!) {
  message(trackingId: $trackingId) {
    id
  }
}
    `),xn=new K(`
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
}`),Sn=new K(`
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
}`),Cn=new K(`
    subscription MessageChanged($trackingId: String!) {
  messageChanged(trackingId: $trackingId) {
    id
    revision
  }
}
    `),wn=new K(`
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
}`);function q(e){return e===null?`null`:Array.isArray(e)?`array`:typeof e}function Tn(e){return q(e)===`object`}function En(e){return Array.isArray(e)&&e.length>0&&e.every(e=>`message`in e)}function Dn(e,t){return e.length<124?e:t}var J=(e=>(e[e.InternalServerError=4500]=`InternalServerError`,e[e.InternalClientError=4005]=`InternalClientError`,e[e.BadRequest=4400]=`BadRequest`,e[e.BadResponse=4004]=`BadResponse`,e[e.Unauthorized=4401]=`Unauthorized`,e[e.Forbidden=4403]=`Forbidden`,e[e.SubprotocolNotAcceptable=4406]=`SubprotocolNotAcceptable`,e[e.ConnectionInitialisationTimeout=4408]=`ConnectionInitialisationTimeout`,e[e.ConnectionAcknowledgementTimeout=4504]=`ConnectionAcknowledgementTimeout`,e[e.SubscriberAlreadyExists=4409]=`SubscriberAlreadyExists`,e[e.TooManyInitialisationRequests=4429]=`TooManyInitialisationRequests`,e))(J||{}),Y=(e=>(e.ConnectionInit=`connection_init`,e.ConnectionAck=`connection_ack`,e.Ping=`ping`,e.Pong=`pong`,e.Subscribe=`subscribe`,e.Next=`next`,e.Error=`error`,e.Complete=`complete`,e))(Y||{});function On(e){if(!Tn(e))throw Error(`Message is expected to be an object, but got ${q(e)}`);if(!e.type)throw Error(`Message is missing the 'type' property`);if(typeof e.type!=`string`)throw Error(`Message is expects the 'type' property to be a string, but got ${q(e.type)}`);switch(e.type){case`connection_init`:case`connection_ack`:case`ping`:case`pong`:if(e.payload!=null&&!Tn(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${e.payload}"`);break;case`subscribe`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${q(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Tn(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${q(e.payload)}`);if(typeof e.payload.query!=`string`)throw Error(`"${e.type}" message payload expects the 'query' property to be a string, but got ${q(e.payload.query)}`);if(e.payload.variables!=null&&!Tn(e.payload.variables))throw Error(`"${e.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${q(e.payload.variables)}`);if(e.payload.operationName!=null&&q(e.payload.operationName)!==`string`)throw Error(`"${e.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${q(e.payload.operationName)}`);if(e.payload.extensions!=null&&!Tn(e.payload.extensions))throw Error(`"${e.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${q(e.payload.extensions)}`);break;case`next`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${q(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Tn(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${q(e.payload)}`);break;case`error`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${q(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!En(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(e.payload)}`);break;case`complete`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${q(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);break;default:throw Error(`Invalid message 'type' property "${e.type}"`)}return e}function kn(e,t){return On(typeof e==`string`?JSON.parse(e,t):e)}function An(e,t){return On(e),JSON.stringify(e,t)}function jn(e){let{url:t,connectionParams:n,lazy:r=!0,onNonLazyError:i=console.error,lazyCloseTimeout:a=0,keepAlive:o=0,disablePong:s,connectionAckWaitTimeout:c=0,retryAttempts:l=5,retryWait:u=async function(e){let t=2**e;await new Promise(e=>setTimeout(e,t*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:d=Nn,on:f,webSocketImpl:p,generateID:m=function(){return`xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx`.replace(/[xy]/g,e=>{let t=Math.random()*16|0;return(e==`x`?t:t&3|8).toString(16)})},jsonMessageReplacer:h,jsonMessageReviver:g}=e,_;if(p){if(!Fn(p))throw Error(`Invalid WebSocket implementation provided`);_=p}else typeof WebSocket<`u`?_=WebSocket:typeof global<`u`?_=global.WebSocket||global.MozWebSocket:typeof window<`u`&&(_=window.WebSocket||window.MozWebSocket);if(!_)throw Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let v=_,y=(()=>{let e=(()=>{let e={};return{on(t,n){return e[t]=n,()=>{delete e[t]}},emit(t){`id`in t&&e[t.id]?.(t)}}})(),t={connecting:f?.connecting?[f.connecting]:[],opened:f?.opened?[f.opened]:[],connected:f?.connected?[f.connected]:[],ping:f?.ping?[f.ping]:[],pong:f?.pong?[f.pong]:[],message:f?.message?[e.emit,f.message]:[e.emit],closed:f?.closed?[f.closed]:[],error:f?.error?[f.error]:[]};return{onMessage:e.on,on(e,n){let r=t[e];return r.push(n),()=>{let e=r.indexOf(n);e>-1&&r.splice(e,1)}},emit(e,...n){for(let r of[...t[e]])r(...n)}}})();function b(e){let t=[y.on(`error`,n=>{t.forEach(e=>e()),e(n)}),y.on(`closed`,n=>{t.forEach(e=>e()),e(n)})];return()=>t.forEach(e=>e())}let x,S=0,C,w=!1,T=0,E=!1;async function D(){clearTimeout(C);let[e,r]=await(x??=new Promise((e,r)=>(async()=>{if(w){if(await u(T),!S)return x=void 0,r({code:1e3,reason:`All Subscriptions Gone`});T++}y.emit(`connecting`,w);let i=new v(typeof t==`function`?await t():t,`graphql-transport-ws`),a,l;function d(){isFinite(o)&&o>0&&(clearTimeout(l),l=setTimeout(()=>{i.readyState===v.OPEN&&(i.send(An({type:Y.Ping})),y.emit(`ping`,!1,void 0))},o))}b(e=>{x=void 0,clearTimeout(a),clearTimeout(l),r(e),e instanceof Mn&&(i.close(4499,`Terminated`),i.onerror=null,i.onclose=null)}),i.onerror=e=>y.emit(`error`,e),i.onclose=e=>y.emit(`closed`,e),i.onopen=async()=>{try{y.emit(`opened`,i);let e=typeof n==`function`?await n():n;if(i.readyState!==v.OPEN)return;i.send(An(e?{type:Y.ConnectionInit,payload:e}:{type:Y.ConnectionInit},h)),isFinite(c)&&c>0&&(a=setTimeout(()=>{i.close(J.ConnectionAcknowledgementTimeout,`Connection acknowledgement timeout`)},c)),d()}catch(e){y.emit(`error`,e),i.close(J.InternalClientError,Dn(e instanceof Error?e.message:String(e),`Internal client error`))}};let f=!1;i.onmessage=({data:t})=>{try{let n=kn(t,g);if(y.emit(`message`,n),n.type===`ping`||n.type===`pong`){y.emit(n.type,!0,n.payload),n.type===`pong`?d():s||(i.send(An(n.payload?{type:Y.Pong,payload:n.payload}:{type:Y.Pong},h)),y.emit(`pong`,!1,n.payload));return}if(f)return;if(n.type!==Y.ConnectionAck)throw Error(`First message cannot be of type ${n.type}`);clearTimeout(a),f=!0,y.emit(`connected`,i,n.payload,w),w=!1,T=0;let r=new Promise((e,t)=>b(t));r.catch(()=>{}),e([i,r])}catch(e){i.onmessage=null,y.emit(`error`,e),i.close(J.BadResponse,Dn(e instanceof Error?e.message:String(e),`Bad response`))}}})()));e.readyState===v.CLOSING&&await r;let i=()=>{},l=new Promise(e=>i=e);return[e,i,new Promise((t,n)=>{let i=b(n);e.readyState!==v.OPEN&&r.catch(n),l.then(()=>{if(i(),!S){let t=()=>e.close(1e3,`Normal Closure`);isFinite(a)&&a>0?(clearTimeout(C),C=setTimeout(()=>{!S&&e.readyState===v.OPEN&&t()},a)):t()}t()})})]}function ee(e){if(Nn(e)&&(Pn(e.code)||[J.InternalServerError,J.InternalClientError,J.BadRequest,J.BadResponse,J.Unauthorized,J.SubprotocolNotAcceptable,J.SubscriberAlreadyExists,J.TooManyInitialisationRequests].includes(e.code)))throw e;if(E)return!1;if(Nn(e)&&e.code===1e3)return S>0;if(!l||T>=l||!d(e))throw e;return w=!0}r||(async()=>{for(S++;;)try{let[,,e]=await D();await e}catch(e){try{if(!ee(e))return}catch(e){return i?.(e)}}})();function te(e,t){let n=m(e),r=!1,i=!1,a=()=>{S--,r=!0};return(async()=>{for(S++;;)try{let[o,s,c]=await D();if(r)return c.catch(()=>{}),s();let l=y.onMessage(n,e=>{switch(e.type){case Y.Next:t.next(e.payload);return;case Y.Error:i=!0,r=!0,t.error(e.payload),a();return;case Y.Complete:r=!0,a();return}});o.send(An({id:n,type:Y.Subscribe,payload:e},h)),a=()=>{!r&&o.readyState===v.OPEN&&o.send(An({id:n,type:Y.Complete},h)),S--,r=!0,s()},await c.finally(l);return}catch(e){if(!ee(e))return}})().then(()=>{i||t.complete()}).catch(e=>{t.error(e)}),()=>{r||a()}}return{on:y.on,subscribe:te,iterate(e){let t=[],n={done:!1,error:null,resolve:()=>{}},r=te(e,{next(e){t.push(e),n.resolve()},error(e){n.done=!0,n.error=e,n.resolve()},complete(){n.done=!0,n.resolve()}}),i=async function*(){for(;;){for(t.length||await new Promise(e=>n.resolve=e);t.length;)yield t.shift();if(n.error)throw n.error;if(n.done)return}}();return i.throw=async e=>(n.done||(n.done=!0,n.error=e,n.resolve()),{done:!0,value:void 0}),i.return=async()=>(r(),{done:!0,value:void 0}),i},async dispose(){if(E=!0,x){let[e]=await x;e.close(1e3,`Normal Closure`)}},terminate(){x&&y.emit(`closed`,new Mn)}}}var Mn=class extends Error{name=`TerminatedCloseEvent`;message=`4499: Terminated`;code=4499;reason=`Terminated`;wasClean=!1};function Nn(e){return Tn(e)&&`code`in e&&`reason`in e}function Pn(e){return![1e3,1001,1006,1005,1012,1013,1014].includes(e)&&e>=1e3&&e<=1999}function Fn(e){return typeof e==`function`&&`constructor`in e&&`CLOSED`in e&&`CLOSING`in e&&`CONNECTING`in e&&`OPEN`in e}var In=new URL(`./graphql`,document.baseURI).href,X=class extends Error{code;constructor(e,t){super(e),this.code=t}};async function Ln(e,t,n){let r=W.value,{data:i,errors:a}=await zn(await Rn(JSON.stringify({query:e.toString(),variables:t}),r,n)),o=a?.[0];if(o!==void 0||i==null){let e=new X(o?.message??`The answer was empty.`,o?.extensions?.code??`UNKNOWN`);throw e.code===`UNAUTHENTICATED`&&sn(r),e}return i}async function Rn(e,t,n){let r={"content-type":`application/json`,accept:`application/graphql-response+json, application/json;q=0.9`};t!==null&&(r.authorization=`Bearer ${t}`);try{return await fetch(In,{method:`POST`,headers:r,body:e,...n&&{signal:n}})}catch(e){throw n?.aborted?e:new X(`The server does not answer.`,`UNREACHABLE`)}}async function zn(e){try{return await e.json()}catch{throw new X(`The server answered HTTP ${e.status}, and no GraphQL.`,`UNREACHABLE`)}}var Bn=[250,500,1e3,2e3,5e3,1e4],Vn=[`SLOW_CONSUMER`,`MISSED_CHANGES`,`GOING_AWAY`,`UNAVAILABLE`],Hn=class{bearer;isOpen=!1;client;constructor(e){this.bearer=e,this.client=jn({url:In.replace(/^http/,`ws`),connectionParams:e===null?{}:{authorization:`Bearer ${e}`},retryAttempts:0,lazyCloseTimeout:2e3,keepAlive:2e4,on:{connected:()=>this.isOpen=!0,closed:()=>this.isOpen=!1}})}subscribe(e,t,n){let r=!1,i=this.client.on(`connected`,n.opened),a=e=>{r||(r=!0,i(),e!==null&&n.ended(e))};this.isOpen&&n.opened();let o=this.client.subscribe({query:e,variables:t},{next:({data:e,errors:t,extensions:i})=>{t===void 0?r||n.next(e,i?.cursor):a(Gn(t))},error:e=>a(Array.isArray(e)?Gn(e):Kn(e)),complete:()=>a({expired:!1})});return()=>{a(null),o()}}},Un;function Wn(e,t,n){let r=e.toString().includes(`$after`),i,a=0,o=()=>{},s=()=>{n.state?.(`connecting`),Un?.bearer!==W.peek()&&(Un=new Hn(W.peek()));let c=r&&i!==void 0?{...t,after:i}:t;o=Un.subscribe(e.toString(),c,{opened:()=>n.state?.(`open`),next:(e,t)=>{a=0,i=t??i,n.next(e)},ended:e=>{if(`problem`in e)return n.failed?.(e.problem);n.state?.(`broken`),e.expired&&(i=void 0),i!==void 0&&r||n.gap?.();let t=setTimeout(s,Bn[Math.min(a++,Bn.length-1)]);o=()=>clearTimeout(t)}})};return s(),()=>o()}function Gn(e){let t=String(e[0]?.extensions?.code??`UNKNOWN`);return t===`CURSOR_EXPIRED`?{expired:!0}:Vn.includes(t)?{expired:!1}:{problem:new X(e[0]?.message??`The API ended the subscription.`,t)}}function Kn(e){let{code:t,reason:n}=e??{};return t===4401||t===4403?{problem:new X(n||`The token was refused.`,`UNAUTHENTICATED`)}:t===4400||t===4406?{problem:new X(n||`The API refused.`,`BAD_REQUEST`)}:{expired:!1}}var qn=1500;function Jn({where:e,admits:t},n){let[,r]=N(0),[i,a]=N(`connecting`),[o,s]=N(),[c,l]=N(0),u=ke(void 0),d=W.value,f=()=>({tail:new nn(()=>r(e=>e+1)),since:Date.now(),last:void 0});return u.current??=f(),P(()=>{if(G.value)return;let n=u.current=f(),i=new Yn(e=>u.current.last=e);s(void 0),r(e=>e+1);let o=Wn(yn,{where:e},{next:({eventReceived:e})=>{i.arrived(Date.parse(e.receivedAt)),t(e)&&n.tail.add(e)},state:e=>{i.connection(e),a(e)},gap:()=>i.gap(),failed:s});return()=>{o(),n.tail.stop()}},[n,d,c]),{...u.current,connection:i,problem:o,again:()=>l(e=>e+1)}}var Yn=class{tell;brokenAt;lost=!1;silent=!1;last;leastDelay=1/0;constructor(e){this.tell=e}connection(e){e===`broken`&&(this.brokenAt??=(this.silent?this.last?.from:void 0)??Date.now()),e===`open`&&this.brokenAt!==void 0&&(this.last={from:this.brokenAt,to:Date.now(),resumed:!this.lost,caughtUp:0},this.tell(this.last),this.brokenAt=void 0,this.lost=!1,this.silent=!0)}gap(){this.lost=!0}arrived(e){this.silent=!1;let t=Date.now()-e;this.last?.resumed&&t>this.leastDelay+qn&&e<this.last.to-this.leastDelay&&(this.last={...this.last,caughtUp:this.last.caughtUp+1},this.tell(this.last)),this.leastDelay=Math.min(this.leastDelay,t)}};function Xn({count:e,precision:t}){return e.toLocaleString(`en`)+(t===`AT_LEAST`?`+`:``)}function Zn(e,t,n){let r=`eds.${e}`,i=null;try{i=localStorage.getItem(r)}catch{}let a=Qe(i!==null&&n(i)?i:t);return ct(()=>{try{localStorage.setItem(r,a.value)}catch{}}),a}var Qn=(...e)=>t=>e.includes(t),$n=Zn(`theme`,`auto`,Qn(`auto`,`light`,`dark`)),er=Zn(`times`,`relative`,Qn(`relative`,`absolute`)),tr=Intl.DateTimeFormat().resolvedOptions().timeZone,nr=[...new Set([`UTC`,tr,...Intl.supportedValuesOf(`timeZone`)])],rr=Zn(`zone`,tr,e=>nr.includes(e));ct(()=>{$n.value===`auto`?delete document.documentElement.dataset.theme:document.documentElement.dataset.theme=$n.value});var ir=/^[=+\-@\t\r]/;function ar(e){return`${e.map(or).join(`,`)}\r\n`}function or(e){if(e==null)return``;let t=typeof e==`string`&&ir.test(e)?`'${e}`:String(e);return/[",\r\n]/.test(t)?`"${t.replaceAll(`"`,`""`)}"`:t}function sr(e){return`${JSON.stringify(e)}\n`}var cr=[[`d`,86400],[`h`,3600],[`m`,60],[`s`,1]],lr=new Map;function ur(e){if(e<1e4)return`${+(e/1e3).toPrecision(2)} s`;let t=Math.round(e/1e3),n=cr.findIndex(([,e])=>t>=e),r=[];for(let[e,i]of cr.slice(n,n+2)){let n=Math.floor(t/i);t-=n*i,n>0&&r.push(`${n} ${e}`)}return r.join(` `)}function dr(e,t){let n=Math.round(Math.abs(t-e)/1e3);if(n<1)return`now`;let[r,i]=cr.find(([,e])=>n>=e)??[`s`,1],a=`${Math.floor(n/i)} ${r}`;return e<=t?`${a} ago`:`in ${a}`}function fr(e,t,n=!1){let r=Object.fromEntries(mr(t,n).formatToParts(e).map(({type:e,value:t})=>[e,t])),i=`${r.year}-${r.month}-${r.day}`,a=`${r.hour}:${r.minute}:${r.second}`;return n?`${i} ${a}.${r.fractionalSecond} ${r.timeZoneName}`:`${i} ${a}`}function pr(e,t){let n=Date.parse(`${t}Z`);if(Number.isNaN(n))return;let r=t=>Date.parse(`${fr(t,e).replace(` `,`T`)}Z`)-t,i=Math.floor(n/1e3)*1e3;return i-r(i-r(i))}function mr(e,t){let n=`${e} ${t}`,r=lr.get(n);return r===void 0&&(r=new Intl.DateTimeFormat(`en-GB`,{timeZone:e,year:`numeric`,month:`2-digit`,day:`2-digit`,hour:`2-digit`,minute:`2-digit`,second:`2-digit`,hourCycle:`h23`,...t&&{fractionalSecondDigits:3,timeZoneName:`short`}}),lr.set(n,r)),r}var hr=200,gr={csv:`text/csv;charset=utf-8`,jsonl:`application/jsonl`};async function _r(e,t,n){let r=[],i=0;for await(let a of vr(e,n)){let n=a.map(e.format===`csv`?e=>ar(Object.values(e)):sr);i===0&&e.format===`csv`&&a[0]&&n.unshift(ar(Object.keys(a[0]))),r.push(new Blob(n)),i+=a.length,t(i)}return new Blob(r,{type:gr[e.format]})}async function*vr({search:e,direction:t,events:n},r){let i=null;do{let a={search:e,direction:t,first:hr,after:i},{nodes:o,next:s}=await(n?br(a,r):yr(a,r));yield o,i=s}while(i!==null)}async function yr(e,t){let{rows:n}=await Ln(_n,e,t);return{nodes:n.nodes.map(Cr),next:xr(n.pageInfo)}}async function br(e,t){let{rows:n}=await Ln(vn,e,t);return{nodes:n.nodes.map(wr),next:xr(n.pageInfo)}}function xr({hasNextPage:e,endCursor:t}){return e?t??null:null}function Sr(e,t){return{[e]:t,[`${e} (${rr.peek()})`]:fr(Date.parse(t),rr.peek())}}function Cr(e){return{tracking_id:e.trackingId,recipient:e.recipient,status:e.phase.toLowerCase(),...Sr(`last_event_at`,e.lastEventAt),phase_at:e.phaseAt,category:e.classification?.category,class:e.classification?.kind.toLowerCase(),resp_code:e.lastResponse?.code,enhanced_code:e.lastResponse?.enhancedCode,resp_msg:e.lastResponse?.message,tries:e.tries,sender_id:e.senderId,mail_from:e.mailFrom,first_event_at:e.firstEventAt,delivered_at:e.deliveredAt,bounced_at:e.bouncedAt,opened_at:e.openedAt,clicked_at:e.clickedAt,complained_at:e.complainedAt,unsubscribed_at:e.unsubscribedAt,events:e.eventCount}}function wr(e){return{tracking_id:e.trackingId,recipient:e.recipient,kind:e.kind.toLowerCase(),...Sr(`occurred_at`,e.occurredAt),received_at:e.receivedAt,event_code:e.eventCode,event_label:e.eventLabel,resp_class:e.respClass,resp_code:e.respCode,resp_msg:e.respMsg,status:e.status,tries:e.tries,sender_id:e.senderId,mail_from:e.mailFrom,source:e.source,event_id:e.eventId,partition:e.partition,offset:e.offset}}function Tr({search:e,events:t,oldest:n}){let[r,i]=N(),a=ke(void 0);P(()=>()=>a.current?.abort(),[]);let o=async r=>{let o=a.current=new AbortController;i({rows:0,ending:o});let s={search:e,events:t,format:r,direction:n?`ASC`:`DESC`};try{Er(await _r(s,e=>i({rows:e,ending:o}),o.signal),`${t?`events`:`mail`}-${new Date().toISOString().slice(0,19).replaceAll(`:`,``)}Z.${r}`),i({said:`Saved`})}catch(e){if(!o.signal.aborted&&!(e instanceof X))throw e;i({said:e instanceof X?`Not saved: ${e.message}`:`Not saved`})}};return r&&`rows`in r?H(`span`,{class:`export`,role:`group`,"aria-label":`Export`,children:[H(`progress`,{"aria-label":`Export`}),H(`span`,{children:[r.rows.toLocaleString(`en`),` rows`]}),H(`button`,{type:`button`,onClick:()=>r.ending.abort(),children:`Cancel`})]}):H(`span`,{class:`export`,role:`group`,"aria-label":`Export`,children:[H(`span`,{role:`status`,children:r?.said??`Export`}),H(`button`,{type:`button`,onClick:()=>o(`csv`),children:`CSV`}),H(`button`,{type:`button`,onClick:()=>o(`jsonl`),children:`JSONL`})]})}function Er(e,t){let n=document.createElement(`a`);n.href=URL.createObjectURL(e),n.download=t,n.click(),setTimeout(()=>URL.revokeObjectURL(n.href),6e4)}var Dr=[`delivered`,`deferred`,`bounced`,`queued`,`unknown`],Or={after:void 0,before:void 0};function kr({events:e,total:t,loading:n,children:r}){let{query:i}=L.value,a=i.q??``,o=i.order===`oldest`,s=(e,t,n)=>H(`a`,{"data-page":!0,href:z({...Or,in:e,q:Ar(a,e)}),"aria-current":n?`true`:void 0,children:t});return H(`div`,{class:`list-bar`,children:[H(`div`,{class:`segments`,role:`group`,"aria-label":`Rows`,children:[s(void 0,`Mail`,!e),s(`events`,`Events`,e)]}),H(Mr,{search:a}),r,H(`span`,{class:`total`,role:`status`,"aria-busy":n,children:t&&`${Xn(t)} ${jr(e,t.count)}`}),H(`a`,{class:`button`,"data-page":!0,href:z({...Or,order:o?void 0:`oldest`}),children:o?`↑ Oldest first`:`↓ Newest first`}),H(Tr,{search:a,events:e,oldest:o},`${a} ${e}`)]})}function Ar(e,t){let n=B(e);if(n===null)return e;if(t===`events`)return V(n.filter(({key:e})=>e!==`category`&&e!==`class`));let r=e=>Dr.includes(e.toLowerCase());return V(n.filter(({key:e,values:t})=>e!==`code`&&!(e===`status`&&!t.every(r))))}function jr(e,t){return e?t===1?`event`:`events`:t===1?`recipient`:`recipients`}function Mr({search:e}){let t=B(e)??[];return t.length===0?null:H(`ul`,{class:`chips`,"aria-label":`Terms of the search`,children:t.flatMap(({key:t,values:n,negated:r})=>n.map(n=>H(`li`,{children:[H(`span`,{children:[r&&`not `,t,` `,H(`b`,{children:n})]}),H(`a`,{"data-page":!0,href:z({...Or,q:Pt(e,t,n,r)}),"aria-label":`Drop ${r?`-`:``}${t}:${n}`,children:H(U,{name:`close`})})]},`${r}${t}:${n}`)))})}var Nr={UNKNOWN:`No event said how far it is`,QUEUED:`Accepted for sending`,DEFERRED:`Refused for now; the sender tries again`,DELIVERED:`The recipient's server took it`,BOUNCED:`It will not arrive`,COMPLAINED:`The recipient called it spam`,UNSUBSCRIBED:`The recipient wants no more of it`,OPENED:`The mail was displayed`,CLICKED:`A link of the mail was followed`};function Pr(e){return e.charAt(0)+e.slice(1).toLowerCase()}function Fr({of:e,large:t=!1}){let n=e.toLowerCase();return H(`span`,{class:`mark ${n} ${t?`large`:``}`,title:Nr[e],children:[H(U,{name:n}),Pr(e)]})}function Ir({text:e,label:t,children:n}){let[r,i]=N(``);return H(`button`,{type:`button`,class:`copy`,title:t,"aria-label":n?void 0:t,onClick:async()=>{i(await Lr(e)?`Copied`:`Not allowed`),setTimeout(()=>i(``),1500)},children:[H(U,{name:r===`Copied`?`done`:`copy`}),n&&H(`span`,{children:n}),H(`span`,{role:`status`,class:n?`unseen`:`said`,children:r})]})}async function Lr(e){try{return await navigator.clipboard.writeText(e),!0}catch{return!1}}function Rr({text:e,label:t}){return H(`div`,{class:`shell-line`,children:[H(`pre`,{tabIndex:0,children:e}),H(Ir,{text:e,label:t})]})}var zr=Qe(Date.now());function Br(){setInterval(()=>{document.visibilityState===`visible`&&(zr.value=Date.now())},1e3),document.addEventListener(`visibilitychange`,()=>zr.value=Date.now())}function Z({at:e,form:t=er.value}){let n=Date.parse(e),r=rr.value,i=t===`relative`?dr(n,zr.value):fr(n,r);return H(`time`,{dateTime:e,title:`${fr(n,r,!0)}\n${e}`,children:i})}var Vr=Qe([]);function Hr(e){let t=ke(e);t.current=e,P(()=>{let n=e.map(({key:e,says:n},r)=>({key:e,says:n,run:e=>t.current[r]?.run(e)}));return Vr.value=[...Vr.peek(),...n],()=>{Vr.value=Vr.peek().filter(e=>!n.includes(e))}},[])}function Ur(){addEventListener(`keydown`,e=>{if(e.defaultPrevented||e.ctrlKey||e.metaKey||e.altKey||Wr(e.target)||e.key===` `&&e.target instanceof Element&&e.target.matches(`button, summary`)||e.key===`Escape`&&document.querySelector(`:popover-open`))return;let t=Vr.peek().findLast(({key:t})=>t===e.key);t!==void 0&&(e.preventDefault(),t.run(e))})}function Wr(e){return e instanceof HTMLElement&&(e.isContentEditable||e.matches(`input, select, textarea`))}function Gr(e){let t=[...document.querySelectorAll(`[data-row]`)],n=t.findIndex(e=>e.contains(document.activeElement)),r=n<0?t.at(e>0?0:-1):t[n+e];r?.focus(),r?.scrollIntoView({block:`nearest`})}var Kr;function qr(e){Kr=e}function Jr(){let e=Kr&&document.querySelector(`[data-row][data-id="${CSS.escape(Kr)}"]`);e&&[null,document.body,document.querySelector(`main`)].includes(document.activeElement)&&e.focus(),Kr=void 0}function Yr(){let e=document.activeElement?.closest(`[data-id]`)?.dataset.id;e&&navigator.clipboard?.writeText(e)}var Xr="${EDS_GATEWAY:-http://127.0.0.1:8080}/api/SMTP",Zr=`{"tracking_id":"first-message","rcpt_to":"ada@example.org","event_code":103,"event_label":"delivered","resp_code":250,"resp_msg":"250 2.0.0 OK","sender_id":1}`;function Qr(e=Zr){return`curl -sS "${Xr}" -H 'Content-Type: application/json' -d '[${e.replaceAll(`'`,`'\\''`)}]'`}var $r={s:1e3,m:6e4,h:36e5,d:864e5,w:6048e5},ei=[`delivered`,`deferred`,`bounced`,`queued`,`opened`,`clicked`,`complained`,`unsubscribed`,`unknown`];function ti(e,t,n){let r=t=>e.find(e=>e.key===t&&!e.negated)?.values??[],i=e=>t.includes(e)?r(e):[],a=i(`status`).map(e=>e.toUpperCase()),[o,s]=[i(`domain`),i(`category`)],c=i(`sender`).filter(e=>/^-?\d+$/.test(e)),[l,u]=[ni(r(`after`)[0],n),ni(r(`before`)[0],n)];return{...a.length>0&&{kinds:a},...o.length===1&&{recipientDomain:o[0]??null},...s.length===1&&{category:s[0]??null},...c.length>0&&{senderIds:c.map(Number)},...(l||u)&&{occurredAt:{...l&&{gte:l},...u&&{lt:u}}}}}function ni(e,t){if(e===void 0)return;let n=/^(\d{1,9})([smhdw])$/.exec(e),r=Math.floor(t/6e4)*6e4,i=n?r-Number(n[1])*($r[n[2]??`s`]??0):Date.parse(e);return Number.isNaN(i)?void 0:new Date(Math.max(i,0)).toISOString()}function ri(e,t){let n=B(e);if(n===null)return`A term is not key:value, or a quote in it has no end.`;for(let{key:e,values:r}of n){if(e===`category`||e===`class`)return`Events have no category of their own: follow them by status: and domain:.`;let n=e===`status`&&r.find(e=>!ei.includes(e.toLowerCase()));if(n)return`“${n}” is not one of ${ei.join(`, `)}.`;if((e===`sender`||e===`code`)&&r.some(e=>!/^-?\d+$/.test(e)))return`${e}: takes whole numbers.`;if((e===`after`||e===`before`)&&ni(r[0],t)===void 0)return`“${r[0]}” is no time.`}let r=n.filter(ii),i=n.filter(e=>!ii(e));return{where:ai(r,t),admits:e=>i.every(n=>oi(n,e,t)!==n.negated)}}function ii({key:e,values:t,negated:n}){return!n&&(t.length===1||![`to`,`domain`].includes(e))}function ai(e,t){let n=(...t)=>e.filter(({key:e})=>t.includes(e)).flatMap(e=>e.values),[r,i]=[n(`to`)[0],n(`domain`)[0]],[a,o,s,c]=[n(`id`,`msgid`),n(`status`),n(`code`),n(`sender`)],[l,u]=[ni(n(`after`)[0],t),ni(n(`before`)[0],t)];return{...r!==void 0&&{recipient:r},...i!==void 0&&{recipientDomain:i},...a.length>0&&{trackingIds:a},...o.length>0&&{kinds:o.map(e=>e.toUpperCase())},...s.length>0&&{eventCodes:s.map(Number)},...c.length>0&&{senderIds:c.map(Number)},...(l||u)&&{occurredAt:{...l&&{gte:l},...u&&{lt:u}}}}}function oi({key:e,values:t},n,r){let i=n.recipient?.toLowerCase()??``;return t.some(t=>{switch(e){case`to`:return i===t.toLowerCase();case`domain`:return i.endsWith(`@${t.toLowerCase().replace(/^@/,``)}`);case`status`:return n.kind===t.toUpperCase();case`code`:return n.eventCode===Number(t);case`sender`:return n.senderId===Number(t);case`after`:return Date.parse(n.occurredAt)>=Date.parse(ni(t,r)??``);case`before`:return Date.parse(n.occurredAt)<Date.parse(ni(t,r)??``);default:return n.trackingId===t}})}var si=[`DELIVERED`,`BOUNCED`,`DEFERRED`,`QUEUED`,`OPENED`,`CLICKED`,`COMPLAINED`,`UNSUBSCRIBED`,`UNKNOWN`];function ci({search:e,followed:t,held:n,hold:r}){let{tail:i}=t;return H(`div`,{class:`live-bar`,children:[H(`div`,{class:`list-bar`,children:[H(ui,{followed:t,held:n}),H(pi,{tail:i}),H(Mr,{search:e}),H(`span`,{class:`buttons`,children:[i.rows.length>0&&H(`button`,{type:`button`,class:`plain`,onClick:()=>i.clear(),title:`Clear the list: x`,children:`Clear`}),H(`button`,{type:`button`,class:`hold`,"aria-pressed":n!==null,onClick:()=>r(`reader`,n===null),title:`Space`,children:[H(U,{name:n===null?`pause`:`next`}),n===null?`Pause`:`Go on${i.waitingCount>0?`: ${li(i)}`:``}`]})]})]}),H(mi,{tail:i,search:e,since:t.since})]})}function li({waitingCount:e}){let t=e.toLocaleString(`en`);return e>1e3?`${t} new, the last ${$t.toLocaleString(`en`)} of them kept`:`${t} new`}function ui({followed:{connection:e},held:t}){let[n,r,i]=fi(e,t);return H(`span`,{class:`badge ${n}`,role:`status`,children:[H(U,{name:r}),i]})}var di={reader:`Paused`,focus:`Paused while a row has the focus`,scroll:`Paused while you read below`};function fi(e,t){return e===`broken`?[`broken`,`warning`,`Connection lost: trying again`]:e===`connecting`?[`connecting`,`clock`,`Connecting`]:t===null?[`live`,`live`,`Live`]:[`held`,`pause`,di[t]]}function pi({tail:e}){zr.value;let t=e.lastSeconds(),n=Math.max(...t,1),r=e.rate();return H(`span`,{class:`rate`,title:`At most ${n} in one of the last 60 seconds`,children:[H(`b`,{children:r>=10?Math.round(r).toLocaleString(`en`):+r.toFixed(1)}),` a second`,H(`svg`,{class:`spark`,viewBox:`0 0 120 20`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:H(`path`,{d:t.map((e,t)=>e>0?`M${t*2+.75} 20V${(20-e/n*19).toFixed(1)}`:``).join(``)})})]})}function mi({tail:e,search:t,since:n}){if(zr.value,e.count===0)return null;let r=Math.floor((zr.value-n)/6e4);return H(`div`,{class:`kinds`,children:[H(`span`,{class:`quiet`,children:[e.count.toLocaleString(`en`),` `,e.count===1?`event`:`events`,` in `,r<1?`this minute`:`${r} min`]}),si.map(n=>{let r=e.kinds.get(n);return r!==void 0&&H(`a`,{"data-page":!0,href:z({q:Mt(t,`status`,n.toLowerCase())}),children:[H(Fr,{of:n}),` `,r.toLocaleString(`en`)]},n)})]})}var hi=8,gi=6e4,_i={wide:2.5,narrow:4.2};function vi({rows:e,hold:t}){let n=ke(null),[{first:r,count:i,height:a},o]=N({first:0,count:40,height:35});Oe(()=>{let e=()=>{let e=yi(n.current?.getBoundingClientRect().top??0);o(t=>t.first===e.first&&t.count===e.count&&t.height===e.height?t:e),t(`scroll`,window.scrollY>2*e.height)};return e(),addEventListener(`scroll`,e,{passive:!0}),addEventListener(`resize`,e),()=>{removeEventListener(`scroll`,e),removeEventListener(`resize`,e)}},[]),P(()=>()=>(t(`focus`,!1),t(`scroll`,!1)),[]);let s=Math.min(r,Math.max(e.length-i,0)),c=e.slice(s,s+i);return H(`ol`,{ref:n,class:`rows tail`,"aria-label":`Events, newest first`,style:{height:`${e.length*a+2}px`,paddingTop:`${s*a}px`},onFocusIn:e=>t(`focus`,e.target.matches(`:focus-visible`)),onFocusOut:()=>t(`focus`,!1),onPointerDown:()=>t(`focus`,!0),onPointerUp:()=>setTimeout(()=>t(`focus`,!1),0),onPointerCancel:()=>t(`focus`,!1),children:c.map((t,n)=>H(bi,{row:t,place:s+n+1,count:e.length},t.key))})}function yi(e){let t=parseFloat(getComputedStyle(document.documentElement).fontSize),n=Math.round((matchMedia(`(max-width: 52rem)`).matches?_i.narrow:_i.wide)*t);return{first:Math.max(Math.floor(-e/n)-hi,0),count:Math.ceil(innerHeight/n)+16,height:n}}function bi({row:{event:e},place:t,count:n}){let r=Date.parse(e.receivedAt)-Date.parse(e.occurredAt);return H(`li`,{"aria-posinset":t,"aria-setsize":n,children:H(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:R(`message`,{id:e.trackingId??void 0,event:e.id}),children:[H(Fr,{of:e.kind}),H(`span`,{class:`who`,children:H(`span`,{class:`cut`,children:e.recipient??H(`i`,{children:`no recipient named`})})}),H(`span`,{class:`why`,children:[e.eventCode!=null&&H(`b`,{children:e.eventCode}),H(`span`,{class:`cut`,children:e.respMsg??e.eventLabel}),r>=gi&&H(`span`,{class:`oddity`,children:[ur(r),` late`]})]}),H(`code`,{class:`id cut`,children:e.trackingId??`no tracking id`}),H(Z,{at:e.receivedAt})]})})}var xi=10;function Si(){let e=L.value.query.q??``;Zt(`Live`);let t=ri(e,Date.now());return H(`section`,{class:`live`,"aria-label":`Live`,children:[H(`h1`,{class:`unseen`,children:`Live`}),typeof t==`string`?H(x,{children:[H(Mr,{search:e}),H(Yt,{problem:new X(t,`BAD_USER_INPUT`),again:()=>{}})]}):H(Ci,{search:e,filter:t},e)]})}function Ci({search:e,filter:t}){let n=Jn(t,e),{tail:r,problem:i}=n,[a,o]=wi(r);return Hr([{key:` `,says:`pause, and go on`,run:()=>o(`reader`,a===null)},{key:`c`,says:`copy the row's tracking id`,run:Yr},{key:`x`,says:`clear the list`,run:()=>r.clear()}]),i?H(Yt,{problem:i,again:n.again}):H(x,{children:[H(ci,{search:e,followed:n,held:a,hold:o}),H(Ti,{tail:r,paused:a!==null}),H(Ei,{followed:n,search:e}),r.rows.length>0?H(vi,{rows:r.rows,hold:o}):H(Di,{search:e,tail:r}),r.rows.length>=1e3&&H(`p`,{class:`quiet ending`,children:[`The newest `,1e3.toLocaleString(`en`),` are kept here. `,H(`a`,{"data-page":!0,href:R(``,{q:e,in:`events`}),children:`All of them as a list`})]})]})}function wi(e){let[t,n]=N(new Set);return P(()=>e.hold(t.size>0),[e,t]),[t.has(`reader`)?`reader`:t.has(`focus`)?`focus`:t.has(`scroll`)?`scroll`:null,(e,t)=>n(n=>{if(e===`reader`&&!t)return n.has(`scroll`)&&window.scrollTo(0,0),n.has(`focus`)&&document.activeElement?.blur(),new Set;if(n.has(e)===t)return n;let r=new Set(n);return t?r.add(e):r.delete(e),r})]}function Ti({tail:e,paused:t}){let[n,r]=N(``);return P(()=>{let n=new Map(e.kinds),i=e.count,a=setInterval(()=>{let a=e.count-i,o=[...e.kinds].map(([e,t])=>[Pr(e).toLowerCase(),t-(n.get(e)??0)]);if(n=new Map(e.kinds),i=e.count,a===0||t)return;let s=o.filter(([,e])=>e>0).map(([e,t])=>`${t} ${e}`);r(`${a} ${a===1?`event`:`events`} in the last ${xi} seconds: ${s.join(`, `)}`)},xi*1e3);return()=>clearInterval(a)},[e,t]),H(`p`,{class:`unseen`,role:`status`,children:n})}function Ei({followed:{last:e},search:t}){let[n,r]=N();if(e===void 0||n===e.from)return null;let i=e=>new Date(e).toISOString(),a=Mt(Mt(t,`after`,i(e.from-1e3)),`before`,i(e.to+1e3));return H(`p`,{class:`break-line ${e.resumed?``:`warn`}`,role:`status`,children:[H(U,{name:e.resumed?`done`:`warning`}),H(`span`,{children:[`The connection was away for `,ur(Math.max(e.to-e.from,100)),`, at `,H(Z,{at:i(e.from),form:`absolute`}),`.`,` `,e.resumed?e.caughtUp>0?`${e.caughtUp.toLocaleString(`en`)} events that came meanwhile were brought afterwards: none is missing.`:`It went on behind the last event: none is missing.`:H(x,{children:[`What came meanwhile is not below. `,H(`a`,{"data-page":!0,href:R(``,{q:a,in:`events`}),children:`See those events`})]})]}),H(`button`,{type:`button`,class:`plain`,"aria-label":`Close`,onClick:()=>r(e.from),children:H(U,{name:`close`})})]})}function Di({search:e,tail:t}){return t.count>0?H(Wt,{icon:`done`,title:`The list is cleared`,children:H(`p`,{class:`quiet`,children:`What comes next is shown here.`})}):H(Wt,{icon:`clock`,title:`Waiting for events`,children:e?H(x,{children:[H(`p`,{children:`The next event that your search admits is shown here the moment it arrives.`}),H(`p`,{class:`choices`,children:[H(`a`,{class:`button`,"data-page":!0,href:z({q:void 0}),children:`Follow all events`}),H(`a`,{class:`button`,"data-page":!0,href:R(``,{q:e,in:`events`}),children:`See the earlier ones`})]})]}):H(x,{children:[H(`p`,{children:`As soon as a mail server reports something, it is here. To post a notification yourself:`}),H(Rr,{text:Qr(),label:`Copy the command`}),H(`p`,{children:H(`a`,{"data-page":!0,href:R(``,{in:`events`}),children:`See the earlier ones`})})]})})}var Oi=40,ki=new Map;function Ai(e,t){ki.delete(e),ki.set(e,t);let n=ki.size>Oi?ki.keys().next().value:void 0;n!==void 0&&ki.delete(n)}function ji(e){return ki.has(e)?{data:ki.get(e),question:e}:{}}function Q(e,t,{everyMs:n,version:r}={}){let i=W.value,a=t===null?``:JSON.stringify([e.toString(),t,i]),[o,s]=N(()=>ji(a)),[c,l]=N(0),u=t===null?null:JSON.stringify([a,c,r]);return P(()=>{if(t===null||u===null)return;let r=new AbortController;ki.has(a)&&s(e=>e.question===a?e:ji(a));let i=0,o=()=>{window.document.hidden?window.document.addEventListener(`visibilitychange`,o,{once:!0,signal:r.signal}):l(e=>e+1)};return Ln(e,t,r.signal).then(e=>{Ai(a,e),s({data:e,question:a,of:u})}).catch(e=>{if(!r.signal.aborted){if(!(e instanceof X))throw e;s(t=>({...t,problem:e,of:u}))}}).finally(()=>{n!==void 0&&!r.signal.aborted&&(i=window.setTimeout(o,n))}),()=>{r.abort(),clearTimeout(i)}},[e,u,n]),{data:o.data,problem:o.problem,loading:u!==null&&o.of!==u,again:()=>l(e=>e+1)}}var Mi=/^\s*(\d{3}(?:[ -]|$))?\s*([245]\.\d{1,3}\.\d{1,3})?/;function Ni({code:e,enhancedCode:t,message:n,kind:r}){let i=n??``,[a=``,o,s]=Mi.exec(i)??[],c=[o===void 0?e:null,s===void 0?t:null,a.trim()].filter(e=>e!=null&&e!==``).join(` `);return H(`p`,{class:`reply`,children:[c&&H(`b`,{children:c}),H(`span`,{children:i.slice(a.length).trim()||!c&&`no reply text`}),r!=null&&H(`small`,{title:`resp_class, the sender's own class of the reply`,children:[`class `,r]})]})}function Pi({message:e,more:t}){let{nodes:n,pageInfo:r}=e.deliveries,i=L.value.query.to,a=e.deliveryCounts.total;return H(`section`,{"aria-labelledby":`deliveries`,children:[H(`h2`,{id:`deliveries`,children:[a===1?`Recipient`:`${a.toLocaleString(`en`)} recipients`,a>1&&H(Fi,{message:e})]}),H(`ul`,{class:`deliveries`,children:n.map(e=>H(Ii,{delivery:e,several:a>1,chosen:i===e.recipient},e.id))}),r.hasNextPage&&(n.length<200?H(`a`,{class:`button`,"data-page":!0,href:t,children:`More recipients`}):H(`a`,{class:`button`,"data-page":!0,href:R(``,{q:Ft(`id`,e.trackingId)}),children:[`All `,a.toLocaleString(`en`),` recipients as a list`]}))]})}function Fi({message:{deliveryCounts:e}}){return H(`span`,{class:`counts`,children:[`DELIVERED`,`BOUNCED`,`DEFERRED`,`QUEUED`,`UNKNOWN`].map(t=>{let n=e[t.toLowerCase()];return n>0&&H(`span`,{children:[H(Fr,{of:t}),` `,n.toLocaleString(`en`)]},t)})})}function Ii({delivery:e,several:t,chosen:n}){let{recipient:r,phase:i,phaseAt:a,tries:o,facts:s,lastResponse:c,classification:l}=e,u=r?.split(`@`).at(-1);return H(`li`,{class:`delivery ${t&&n?`chosen`:``}`,children:[H(`div`,{class:`line`,children:[H(Fr,{of:i}),H(`b`,{class:`recipient`,children:r??`no recipient named`}),a&&H(Z,{at:a}),H(`span`,{class:`links`,children:[t&&r&&H(`a`,{"data-page":!0,href:z({to:n?void 0:r}),"aria-current":n?`true`:void 0,children:n?`All events`:`Its events`}),r&&H(`a`,{"data-page":!0,href:R(``,{q:Ft(`to`,r)}),children:`All mail to it`}),u&&H(`a`,{"data-page":!0,href:R(``,{q:Ft(`domain`,u)}),children:u})]})]}),c&&H(Ni,{...c,kind:c.class}),H(`dl`,{class:`pairs`,children:[l&&H(x,{children:[H($,{name:`Reason`,children:[H(`a`,{"data-page":!0,href:R(``,{q:Ft(`category`,l.category)}),children:l.category.replaceAll(`_`,` `)}),` `,`· `,l.kind.toLowerCase()]}),H($,{name:`Decided by the rule`,children:H(`code`,{children:l.rule})})]}),o!=null&&o>0&&H($,{name:`Tries before`,children:o}),s.filter(({kind:e})=>e!==i).toSorted((e,t)=>e.firstAt.localeCompare(t.firstAt)).map(({kind:e,firstAt:t,count:n})=>H($,{name:Pr(e),children:[H(Z,{at:t}),n>1&&` · ${n} times`]},e))]})]})}var Li=6e4,Ri=[`QUEUED`,`DELIVERED`,`BOUNCED`];function zi(e,t){let n=t?e.toReversed():e,r=Hi(n),i=new Map,a=n.map((e,t)=>{let a=n[t-1],o=a?Date.parse(e.occurredAt)-Date.parse(a.occurredAt):0;return{event:e,gap:o>0?ur(o):null,oddities:[...Bi(e),...Vi(r.has(e)),...Ui(e,i)]}});return t?a.reverse():a}function Bi(e){let t=Date.parse(e.receivedAt)-Date.parse(e.occurredAt);return t<Li?[]:[{name:`${ur(t)} late`,says:`So long after it happened it arrived`}]}function Vi(e){return e?[{name:`out of order`,says:`Events that happened later had arrived before it`}]:[]}function Hi(e){let t=new Set,n=new Map;for(let r of e.toReversed()){let e=n.get(r.partition)??1/0;e<r.offset&&t.add(r),n.set(r.partition,Math.min(e,r.offset))}return t}function Ui(e,t){let n=e.kind===`DEFERRED`?` ${e.tries} ${e.respMsg}`:``;if(n===``&&!Ri.includes(e.kind))return[];let r=`${e.kind} ${e.recipient}${n}`;return t.has(r)?[{name:`duplicate`,says:`The same was reported before for this recipient`}]:(t.set(r,e),[])}function Wi(e){let t=``,n=0,r=()=>`\n${`  `.repeat(n)}`;for(let[i]of e.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/g))if(i===`{`||i===`[`)n+=1,t+=i+r();else if(i===`}`||i===`]`){--n;let e=t.trimEnd();t=/[{[]$/.test(e)?e+i:t+r()+i}else t+=i===`,`?i+r():i===`:`?`: `:i;return t}function Gi({event:e}){let[t,n]=N(!1),r=t?e.value:Wi(e.value);return H(`div`,{class:`raw`,children:[H(`dl`,{class:`pairs`,children:[H($,{name:`Topic`,children:H(`code`,{children:e.topic})}),H($,{name:`Partition`,children:e.partition}),H($,{name:`Offset`,children:e.offset}),H($,{name:`Key`,children:H(`code`,{children:e.key})}),H($,{name:`Event id`,children:H(`code`,{children:e.eventId})}),H($,{name:`Happened`,children:H(Z,{at:e.occurredAt,form:`absolute`})}),H($,{name:`Arrived`,children:H(Z,{at:e.receivedAt,form:`absolute`})})]}),H(`div`,{class:`tools`,children:[H(`div`,{class:`segments`,role:`group`,"aria-label":`How it is shown`,children:[H(`button`,{type:`button`,"aria-pressed":!t,onClick:()=>n(!1),children:`Pretty`}),H(`button`,{type:`button`,"aria-pressed":t,onClick:()=>n(!0),children:`Raw`})]}),H(Ir,{text:r,label:`Copy the event`,children:`Copy`}),H(Ir,{text:Qr(e.value),label:`Copy a command that posts it again; that changes nothing`,children:`Copy as curl`})]}),H(`pre`,{tabIndex:0,"aria-label":`The event's value`,children:r})]})}function Ki({step:{event:e,gap:t,oddities:n},several:r,alone:i=!1}){let a=L.value.query.event===e.id;return H(`li`,{class:`step ${e.kind.toLowerCase()} ${a?`open`:``}`,children:[t&&H(`span`,{class:`gap`,children:[`+`,t]}),H(`div`,{class:`line`,children:[H(Fr,{of:e.kind}),H(Z,{at:e.occurredAt,form:`absolute`}),r&&e.recipient&&H(`span`,{class:`recipient`,children:e.recipient}),n.map(({name:e,says:t})=>H(`span`,{class:`oddity`,title:t,children:e},e)),!i&&H(`a`,{class:`links`,"data-row":!0,"data-page":!0,href:z({event:a?void 0:e.id}),children:[a?`Close`:`Raw`,H(`span`,{class:`unseen`,children:[` event `,e.eventId]})]})]}),H(Ji,{event:e}),a&&H(Gi,{event:e})]})}function qi(e){return typeof e==`string`?e:`${typeof e==`number`&&Math.abs(e)>2**53-1?`≈ `:``}${JSON.stringify(e)}`}function Ji({event:e}){let{respCode:t,respMsg:n,tries:r,extras:i,eventLabel:a,eventCode:o}=e,s=Object.entries(i??{}),c=[o,a].filter(e=>e!=null).join(` `);return H(x,{children:[(n||t!=null)&&H(Ni,{code:t,message:n}),H(`p`,{class:`quiet small`,children:[c&&H(`span`,{children:c}),r!=null&&r>0&&H(`span`,{children:[r===1?`1 try`:`${r} tries`,` before`]}),H(`span`,{children:[`from `,e.source]}),s.map(([e,t])=>H(`span`,{children:[e,`: `,H(`code`,{children:qi(t)})]},e))]})]})}function Yi({id:e}){let{data:t,problem:n,again:r}=Q(wn,G.value?null:{id:e});return n&&!t?H(Yt,{level:1,problem:n,again:r}):t?t.node?.__typename===`Event`?H(`section`,{"aria-label":`Event`,children:[H(`h1`,{children:`An event without a tracking id`}),H(`ol`,{class:`timeline`,children:zi([t.node],!1).map(t=>H(Ki,{step:t,several:!0,alone:!0},e))})]}):H(Wt,{level:1,icon:`search`,title:`There is no such event`,children:H(`p`,{children:`It may have been erased, or the retention's time is over.`})}):H(Gt,{rows:4})}var Xi=100,Zi=200;function Qi({trackingId:e,revision:t,recipient:n,several:r}){let{query:i}=L.value,a=i.order===`newest`,o=Number(i.events)||Xi,s=r&&n?{recipient:n}:{},{data:c,problem:l,again:u}=Q(Sn,G.value?null:{where:{trackingIds:[e],...s},direction:a?`DESC`:`ASC`,first:o},{version:t}),d=c?.events.nodes??[];return H(`section`,{"aria-labelledby":`timeline`,children:[H(`div`,{class:`section-bar`,children:[H(`h2`,{id:`timeline`,children:[`Timeline`,r&&n&&H(`span`,{class:`quiet`,children:[` of `,n]})]}),H(`a`,{class:`button`,"data-page":!0,href:z({order:a?void 0:`newest`}),children:a?`↓ Newest first`:`↑ Oldest first`})]}),l&&!c?H(Yt,{problem:l,again:u}):c?H(`ol`,{class:`timeline`,children:zi(d,a).map(e=>H(Ki,{step:e,several:r&&!n},e.event.id))}):H(Gt,{rows:4}),c?.events.pageInfo.hasNextPage&&(d.length<Zi?H(`a`,{class:`button`,"data-page":!0,href:z({events:String(Zi)}),children:`More events`}):H(`p`,{class:`quiet`,children:[`The first `,Zi,` events are shown. Choose one recipient, or turn the order round, to see the others.`]}))]})}var $i=50,ea={connecting:`Connecting`,open:`This page changes as soon as the message does`,broken:`The connection for changes is broken; it is tried again. What you see may be old`};function ta(){let{query:e}=L.value,t=e.id??``;return Zt(t||`Event`),t?H(na,{trackingId:t},t):e.event?H(Yi,{id:e.event},e.event):H(oa,{trackingId:``})}function na({trackingId:e}){let{query:t}=L.value,n=Number(t.recipients)||$i,r=ke(0);P(()=>qr(e),[e]);let{version:i,connection:a}=ra(e,r);Hr([{key:`Escape`,says:`back to the list`,run:()=>t.event?Et(z({event:void 0})):Tt()},{key:`e`,says:`raw event, or close it`,run:ia},{key:`c`,says:`copy the tracking id`,run:()=>void navigator.clipboard?.writeText(e)}]);let{data:o,problem:s,again:c}=Q(xn,G.value?null:{trackingId:e,first:n},{version:i});if(r.current=o?.message?.revision??0,s&&!o)return H(Yt,{level:1,problem:s,again:c});if(!o)return H(Gt,{rows:8});if(!o.message)return H(oa,{trackingId:e});let l=o.message;return H(`article`,{class:`message`,children:[H(aa,{message:l,connection:a}),H(Pi,{message:l,more:z({recipients:String(Math.min(n*2,200))})}),H(Qi,{trackingId:e,revision:l.revision,recipient:t.to,several:l.deliveryCounts.total>1})]})}function ra(e,t){let[n,r]=N(0),[i,a]=N(`connecting`),o=W.value;return P(()=>{if(!G.value)return Wn(Cn,{trackingId:e},{next:({messageChanged:{revision:e}})=>e>t.current&&r(e),state:a,failed:()=>a(`broken`)})},[e,o]),{version:n,connection:i}}function ia(){let e=[...document.querySelectorAll(`.step a.links`)],t=e.find(e=>e.closest(`li`)?.contains(document.activeElement));(e.find(e=>e.closest(`.open`))??t??e.at(-1))?.click()}function aa({message:e,connection:t}){let{trackingId:n,phase:r,phaseAt:i,senderId:a,mailFrom:o,firstEventAt:s,lastEventAt:c,revision:l}=e;return H(`div`,{class:`head`,children:[H(`div`,{class:`title`,children:[H(`h1`,{children:[H(`span`,{class:`unseen`,children:`Message `}),H(`code`,{children:n})]}),H(Ir,{text:n,label:`Copy the tracking id`}),H(`span`,{class:`following ${t}`,title:ea[t],children:t===`open`?`Live`:t===`broken`?`Not live`:``})]}),H(`p`,{class:`phase`,role:`status`,children:[H(Fr,{of:r,large:!0}),i&&H(Z,{at:i})]}),H(`dl`,{class:`pairs`,children:[o!=null&&H($,{name:`From`,children:o||`<> (a bounce)`}),a!=null&&H($,{name:`Sender`,children:H(`a`,{"data-page":!0,href:R(``,{q:Ft(`sender`,String(a))}),children:a})}),H($,{name:`First event`,children:H(Z,{at:s})}),H($,{name:`Last event`,children:H(Z,{at:c})}),H($,{name:`Events`,children:l.toLocaleString(`en`)})]})]})}function $({name:e,children:t}){return H(`div`,{children:[H(`dt`,{children:e}),H(`dd`,{children:t})]})}function oa({trackingId:e}){return H(Wt,{level:1,icon:`search`,title:`No message has this tracking id`,children:[H(`p`,{children:H(`code`,{children:e})}),H(`p`,{children:`No event named it so far. If it was sent a moment ago, its first event may be on its way; this page shows it then.`}),H(`p`,{children:H(`a`,{"data-page":!0,href:R(``,{q:e.includes(`@`)?Ft(`to`,e):void 0}),children:`See all mail`})})]})}function sa({info:e}){let{query:t}=L.value,n=t.order===`oldest`,r=t.after!==void 0||t.before!==void 0;if(!e.hasNextPage&&!e.hasPreviousPage&&!r)return null;let i=(e,t,n)=>H(`a`,{class:`button`,"data-page":!0,rel:e,href:z({after:void 0,before:void 0,...t}),children:n});return H(`nav`,{class:`pages`,"aria-label":`Pages of the list`,children:[r&&i(`first`,{},n?`Oldest`:`Newest`),e.hasPreviousPage&&i(`prev`,{before:e.startCursor??void 0},n?`← Older`:`← Newer`),e.hasNextPage&&i(`next`,{after:e.endCursor??void 0},n?`Newer →`:`Older →`)]})}function ca({name:e,title:t,search:n,entries:r}){let i=t=>(B(n)??[]).filter(n=>n.key===e&&n.negated===t).flatMap(e=>e.values),[a,o]=[i(!1),i(!0)],s=r.filter(({total:e,value:t})=>e.count>0||a.includes(t)||o.includes(t));return s.length===0?null:H(`section`,{"aria-labelledby":`facet-${e}`,children:[H(`h2`,{id:`facet-${e}`,children:t}),H(`ul`,{children:s.map(t=>H(la,{name:e,entry:t,search:n,is:a.includes(t.value)?`chosen`:o.includes(t.value)?`excluded`:``},t.value))})]})}function la({name:e,entry:t,search:n,is:r}){let{value:i,shown:a,total:o,title:s}=t,c=e=>z({q:Lt(e),after:void 0,before:void 0}),l=Pt(Pt(n,e,i),e,i,!0),u=c(Mt(l,e,i,!0));return H(`li`,{class:r,children:[H(`a`,{class:`value`,"data-page":!0,href:c(r?l:Mt(n,e,i)),"aria-current":r===`chosen`?`true`:void 0,title:s,onClick:e=>{e.shiftKey&&(e.preventDefault(),Et(u))},children:[H(`span`,{class:`cut`,children:a??i}),r===`excluded`&&H(`span`,{class:`unseen`,children:` is excluded`}),H(`span`,{class:`count`,children:Xn(o)})]}),r!==`excluded`&&H(`a`,{class:`exclude`,"data-page":!0,href:u,"aria-label":`Exclude ${e} ${i}`,title:`Exclude ${i}`,children:`−`})]})}var ua=[[`1h`,`Last hour`],[`24h`,`Last 24 hours`],[`7d`,`Last 7 days`],[`30d`,`Last 30 days`]];function da({search:e}){let t=t=>(B(e)??[]).find(e=>e.key===t&&!e.negated)?.values[0],[n,r]=[t(`after`),t(`before`)],i=r===void 0&&ua.some(([e])=>e===n),a=(t,n)=>z({q:Nt(Nt(e,`after`,t),`before`,n),after:void 0,before:void 0});return H(`section`,{class:`when`,"aria-labelledby":`facet-when`,children:[H(`h2`,{id:`facet-when`,children:`Last event`}),H(`ul`,{children:ua.map(([e,t])=>{let r=i&&e===n;return H(`li`,{class:r?`chosen`:``,children:H(`a`,{class:`value`,"data-page":!0,href:a(r?void 0:e,void 0),"aria-current":r?`true`:void 0,children:t})},e)})}),H(`details`,{open:!i&&(n??r)!==void 0,children:[H(`summary`,{children:`From, to`}),H(fa,{after:n,before:r,at:a},`${n} ${r} ${rr.value}`)]})]})}function fa({after:e,before:t,at:n}){let r=e=>{e.preventDefault();let t=new FormData(e.currentTarget);Et(n(ma(t.get(`from`)),ma(t.get(`to`))))},i=(e,t,n)=>H(`label`,{children:[t,H(`input`,{type:`datetime-local`,step:`1`,name:e,defaultValue:pa(n)})]});return H(`form`,{onSubmit:r,children:[i(`from`,`From`,e),i(`to`,`To, not included`,t),H(`span`,{class:`quiet small`,children:[`Times of `,rr.value.replaceAll(`_`,` `)]}),H(`button`,{type:`submit`,children:`Show`})]})}function pa(e){let t=e===void 0?NaN:Date.parse(e);return Number.isNaN(t)?``:fr(t,rr.value).replace(` `,`T`)}function ma(e){let t=typeof e==`string`?pr(rr.peek(),e):void 0;return t===void 0?void 0:new Date(t).toISOString().replace(`.000`,``)}var ha=[`delivered`,`deferred`,`bounced`,`queued`,`unknown`],ga=8,_a=matchMedia(`(min-width: 64rem)`),va=3e4;function ya({search:e,events:t}){let n=B(e)??[],{data:r}=Q(un,G.value?null:Ca(n),{everyMs:va});return H(`aside`,{class:`facets`,"aria-label":`Filters`,children:H(`details`,{open:_a.matches,children:[H(`summary`,{children:`Filters`}),!t&&H(wa,{search:e,terms:n}),t&&r&&H(ba,{search:e,totals:r.kinds.totals}),r&&H(xa,{search:e,events:t,data:r}),H(da,{search:e}),r&&r.domains.breakdown.length>0&&H(`p`,{class:`quiet small`,children:[t?`All counts are`:`Domains, reasons and senders count`,` events from `,r.kinds.since.slice(0,10),` up to`,` `,r.kinds.until.slice(0,10),` (UTC). Shift-click excludes.`]})]})})}function ba({search:e,totals:t}){return H(ca,{name:`status`,title:`Kind`,search:e,entries:ei.map(e=>({value:e,shown:Ta(e),total:Ea(t[e])}))})}function xa({search:e,events:t,data:n}){let r=Sa(n.categories.breakdown).map(e=>({...e,shown:e.value.replaceAll(`_`,` `)}));return H(x,{children:[H(ca,{name:`domain`,title:`Domain`,search:e,entries:Sa(n.domains.breakdown)}),!t&&H(ca,{name:`category`,title:`Reason`,search:e,entries:r}),H(ca,{name:`sender`,title:`Sender`,search:e,entries:Sa(n.senders.breakdown)})]})}function Sa(e){return e.flatMap(({value:e,totals:t})=>e==null?[]:[{value:e,total:Ea(t.total),title:Da(t.bounceRate)}])}function Ca(e){let t=(...t)=>ti(e,t,Date.now());return{kinds:e.some(({key:e,negated:t})=>e===`domain`&&!t)?t(`domain`,`sender`):t(`category`,`sender`),domains:t(`status`,`sender`),categories:t(`status`,`sender`),senders:t(`status`),first:ga}}function wa({search:e,terms:t}){let n=t.filter(({key:e,negated:t})=>e!==`status`||t),r=Object.fromEntries(ha.map(e=>[e,V([...n,{key:`status`,values:[e],negated:!1}])])),{data:i}=Q(ln,G.value?null:r,{everyMs:va});return i?H(ca,{name:`status`,title:`Status`,search:e,entries:ha.map(e=>({value:e,shown:Ta(e),total:i[e].totalCount}))}):null}function Ta(e){return H(`span`,{class:`mark ${e}`,children:[H(U,{name:e}),e.charAt(0).toUpperCase()+e.slice(1)]})}function Ea(e){return{count:e,precision:`EXACT`}}function Da(e){return e==null?void 0:`${(e*100).toFixed(1)} % of its outcomes are bounces`}function Oa({search:e}){let t=B(e)??[];if(t.length===0)return H(Wt,{icon:`mail`,title:`No mail yet`,children:[H(`p`,{children:`As soon as a mail server reports something, it is here. To post a first notification yourself:`}),H(Rr,{text:Qr(),label:`Copy the command`}),H(`p`,{class:`quiet`,children:`The gateway answers 200 once Kafka has it; a moment later it is in this list.`})]});let n=e=>V(t.filter((t,n)=>n!==e));return H(Wt,{icon:`search`,title:`No match`,children:t.length===1?H(`p`,{children:[H(`a`,{"data-page":!0,href:R(``),children:[`Drop `,H(`code`,{children:V(t)})]}),` `,`to see all mail. Events take a moment from the mail server to this list: the line above says how old it is.`]}):H(x,{children:[H(`p`,{children:`Nothing has all of it. Drop one of these?`}),H(`ul`,{class:`drops`,children:t.map((e,t)=>H(`li`,{children:H(`a`,{"data-page":!0,href:z({q:Lt(n(t)),after:void 0,before:void 0}),children:H(`code`,{children:V([e])})})},t))})]})})}function ka({rows:e}){return H(`ol`,{class:`rows`,children:e.map(e=>H(`li`,{children:H(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:R(`message`,{id:e.trackingId,to:e.recipient??void 0}),children:[H(Fr,{of:e.phase}),H(`span`,{class:`who`,children:[H(`span`,{class:`cut`,title:e.recipient??void 0,children:e.recipient??H(`i`,{children:`no recipient named`})}),H(Aa,{row:e})]}),H(`span`,{class:`why`,title:e.lastResponse?.message??void 0,children:[e.classification&&H(`b`,{children:e.classification.category.replaceAll(`_`,` `)}),H(`span`,{class:`cut`,children:e.lastResponse?.message})]}),H(`code`,{class:`id cut`,title:e.trackingId??void 0,children:e.trackingId}),H(Z,{at:e.lastEventAt})]})},e.id))})}function Aa({row:e}){return H(`span`,{class:`facts`,children:[[`OPENED`,e.openedAt],[`CLICKED`,e.clickedAt],[`COMPLAINED`,e.complainedAt],[`UNSUBSCRIBED`,e.unsubscribedAt]].map(([e,t])=>t!=null&&H(`span`,{class:`mark ${e.toLowerCase()}`,title:Pr(e),children:[H(U,{name:e.toLowerCase()}),H(`span`,{class:`unseen`,children:Pr(e)})]},e))})}function ja({rows:e}){return H(`ol`,{class:`rows`,children:e.map(e=>H(`li`,{children:H(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:R(`message`,{id:e.trackingId??void 0,event:e.id}),children:[H(Fr,{of:e.kind}),H(`span`,{class:`who`,children:H(`span`,{class:`cut`,title:e.recipient??void 0,children:e.recipient??H(`i`,{children:`no recipient named`})})}),H(`span`,{class:`why`,title:e.respMsg??void 0,children:[e.eventCode!=null&&H(`b`,{children:e.eventCode}),H(`span`,{class:`cut`,children:e.respMsg??e.eventLabel})]}),H(`code`,{class:`id cut`,title:e.trackingId??void 0,children:e.trackingId??`no tracking id`}),H(Z,{at:e.occurredAt})]})},e.id))})}var Ma=50,Na=1e4;function Pa(){let{query:e}=L.value,t=e.q??``;Zt(t||`Messages`),Hr([{key:`c`,says:`copy the row's tracking id`,run:Yr},{key:`Escape`,says:`drop the search`,run:()=>t&&Et(R(``))}]);let n=e.in===`events`||(B(t)??[]).some(({key:e})=>e===`code`);return H(`div`,{class:`beside`,children:[H(`h1`,{class:`unseen`,children:`Messages`}),H(ya,{search:t,events:n}),n?H(Fa,{search:t,events:!0,document:mn,counting:gn,Rows:ja},`events`):H(Fa,{search:t,events:!1,document:pn,counting:hn,Rows:ka},`mail`)]})}function Fa({search:e,events:t,document:n,counting:r,Rows:i}){let{query:a}=L.value,o=G.value?null:La(e,a),{data:s,problem:c,loading:l,again:u}=Q(n,o),d=Q(r,G.value?null:{search:e}).data?.rows.totalCount,f=a.after===void 0&&a.before===void 0&&a.order!==`oldest`,p=Q(n,f&&s?o:null,{everyMs:Na}).data,m=f&&p!==void 0&&s!==void 0&&!l&&Ia(p.rows.nodes,s.rows.nodes);return P(()=>{s&&Jr()},[s===void 0]),H(`section`,{class:`list`,"aria-label":t?`Events`:`Mail`,"aria-busy":l,children:[H(kr,{events:t,total:d,loading:l,children:m&&H(`button`,{type:`button`,class:`newer`,onClick:u,children:`There is news: show it`})}),c?H(Yt,{problem:c,again:u}):s===void 0?H(Gt,{}):s.rows.nodes.length===0?H(Oa,{search:e}):H(x,{children:[H(i,{rows:s.rows.nodes}),H(sa,{info:s.rows.pageInfo})]})]})}function Ia(e,t){return JSON.stringify(e)!==JSON.stringify(t)}function La(e,{order:t,before:n,after:r}){return{search:e,direction:t===`oldest`?`ASC`:`DESC`,...n?{last:Ma,before:n}:{first:Ma,after:r??null}}}function Ra(){return Zt(`Statistics`),H(Wt,{level:1,icon:`clock`,title:`Statistics`,children:H(`p`,{children:`Histogram by status, with ranges to drag, and bounces by reason and domain will be here.`})})}var za=5e3,Ba=15e3,Va=60,Ha=5e3;function Ua(){let e=G.value?null:{},{data:t,problem:n}=Q(dn,e,{everyMs:za}),r=ke(void 0),i=Q(fn,r.current===W.value?null:e,{everyMs:Ba});i.problem?.code===`FORBIDDEN`&&(r.current=W.value);let a=i.problem?void 0:i.data?.deadLetters.totalCount;return G.value?null:H(`div`,{class:`health`,children:[H(`span`,{role:`status`,children:n?H(`span`,{class:`warn`,children:[H(U,{name:`warning`}),`No answer from the API: what you see may be old`]}):t&&H(Wa,{pipeline:t.pipeline})}),t?.pipeline.newestEventAt&&H(`span`,{children:[`last event `,H(Z,{at:t.pipeline.newestEventAt})]}),a&&H(`a`,{"data-page":!0,href:R(`dead-letters`),class:a.count>0?`warn`:``,children:[Xn(a),` dead `,a.count===1?`letter`:`letters`]})]})}function Wa({pipeline:{lag:e,brokerAvailable:t,ageSeconds:n}}){if(!t||e==null)return H(`span`,{class:`warn`,children:[H(U,{name:`warning`}),`Kafka does not answer: how old this is, is not known`]});if(e===0)return H(`span`,{class:`good`,children:[H(U,{name:`delivered`}),`up to date`]});let r=e>Ha||(n??0)>Va;return H(`span`,{class:r?`warn`:``,children:[H(U,{name:r?`warning`:`clock`}),e.toLocaleString(`en`),` `,e===1?`event`:`events`,` behind`,r&&`: what you see is old`]})}var Ga={auto:`light`,light:`dark`,dark:`auto`},Ka={auto:`auto`,light:`sun`,dark:`moon`},qa=nr.filter(e=>e!==`UTC`&&e!==tr);function Ja(){let e=er.value===`relative`;return H(`div`,{class:`preferences`,children:[H(`button`,{type:`button`,class:`plain`,"aria-pressed":e,title:e?`Times are relative; show dates`:`Times are dates; show how long ago`,onClick:()=>er.value=e?`absolute`:`relative`,children:[H(U,{name:`clock`}),e?`Ago`:`Date`]}),H(`select`,{"aria-label":`Time zone`,value:rr.value,onChange:e=>rr.value=e.currentTarget.value,children:[H(`option`,{value:`UTC`,children:`UTC`}),tr!==`UTC`&&H(`option`,{value:tr,children:[Ya(tr),` (here)`]}),H(`optgroup`,{label:`Others`,children:qa.map(e=>H(`option`,{value:e,children:Ya(e)},e))})]}),H(`button`,{type:`button`,class:`plain`,title:`Colours: ${$n.value}`,"aria-label":`Colours: ${$n.value}. Change to ${Ga[$n.value]}`,onClick:()=>$n.value=Ga[$n.value],children:H(U,{name:Ka[$n.value]})}),W.value!==null&&H(`button`,{type:`button`,class:`plain`,onClick:cn,children:`Leave`})]})}function Ya(e){return e.replaceAll(`_`,` `)}function Xa(){let{page:e,query:t}=L.value,n=St.includes(e)?t.q??``:``,[r,i]=N(n),a=ke(null);return P(()=>i(n),[n,e]),H(`form`,{class:`search`,role:`search`,onSubmit:async n=>{n.preventDefault();let i=r.trim(),o=Rt(i)&&await Qa(i);Et(o?R(`message`,{id:i}):St.includes(e)?R(e,{...t,q:i,after:void 0,before:void 0}):R(``,{q:i})),o||a.current?.focus()},children:[H(U,{name:`search`}),H(`input`,{ref:a,id:`search`,type:`search`,name:`q`,value:r,onInput:e=>i(e.currentTarget.value),onKeyDown:e=>{e.key===`Escape`&&(e.preventDefault(),i(n),a.current?.blur())},placeholder:`Tracking id, address, or to: domain: status: …`,"aria-label":`Search mail`,autocomplete:`off`,autocapitalize:`off`,spellcheck:!1}),H(`kbd`,{"aria-hidden":`true`,children:`/`}),H(`button`,{type:`button`,class:`plain`,popovertarget:`search-help`,"aria-label":`How to search`,children:`?`}),H(Za,{use:e=>{i(`${r} ${e}`.trim()),a.current?.focus()}})]})}function Za({use:e}){return H(`div`,{id:`search-help`,class:`help`,popover:`auto`,children:[H(`h2`,{children:`Search`}),H(`p`,{children:`Paste a tracking id to go to its message, or an address to see all of its mail. All terms must hold; of values after a comma any one suffices.`}),H(`table`,{children:H(`tbody`,{children:Ot.map(({key:t,example:n,says:r})=>H(`tr`,{children:[H(`th`,{scope:`row`,children:H(`button`,{type:`button`,class:`plain`,onClick:()=>e(n),popovertarget:`search-help`,popovertargetaction:`hide`,children:H(`code`,{children:n})})}),H(`td`,{children:r})]},t))})})]})}async function Qa(e){try{return(await Ln(bn,{trackingId:e})).message!=null}catch(e){if(e instanceof X)return!1;throw e}}var $a=[[``,`Messages`],[`live`,`Live`],[`statistics`,`Statistics`],[`dead-letters`,`Dead letters`]];function eo(){let{page:e}=L.value;return H(`header`,{children:[H(`div`,{class:`bar`,children:[H(`a`,{class:`brand`,"data-page":!0,href:R(``),"aria-label":`Email Delivery Status: all messages`,children:[H(U,{name:`mail`}),H(`span`,{children:`Delivery Status`})]}),H(Xa,{}),H(Ja,{})]}),H(`div`,{class:`bar under`,children:[H(`nav`,{"aria-label":`Pages`,children:$a.map(([t,n])=>H(`a`,{"data-page":!0,href:R(t),"aria-current":to(t,e)?`page`:void 0,children:n},t))}),H(Ua,{})]})]})}function to(e,t){return e===t||e===``&&t===`message`}var no={Escape:`Esc`," ":`Space`};function ro(){Hr([{key:`/`,says:`search`,run:io},{key:`j`,says:`next row`,run:()=>Gr(1)},{key:`k`,says:`row before`,run:()=>Gr(-1)},{key:`t`,says:`live tail`,run:()=>Et(R(`live`))},{key:`?`,says:`these keys`,run:()=>document.getElementById(`keys`)?.togglePopover()}]);let e=new Map(Vr.value.map(({key:e,says:t})=>[e,t]));return H(`div`,{id:`keys`,class:`help keys`,popover:`auto`,"aria-label":`Keys`,children:[H(`h2`,{children:`Keys`}),H(`table`,{children:H(`tbody`,{children:[...e,[`Enter`,`open the row`]].map(([e,t])=>H(`tr`,{children:[H(`th`,{scope:`row`,children:H(`kbd`,{children:no[e]??e})}),H(`td`,{children:t})]},e))})})]})}function io(){let e=document.querySelector(`#search`);e?.focus(),e?.select()}function ao(){let[e,t]=N(``),n=ke(null);return P(()=>n.current?.focus(),[]),H(`form`,{class:`notice token`,onSubmit:t=>{t.preventDefault(),on(e)},children:[H(`h1`,{children:`This API asks for a token`}),G.value===`refused`&&H(`p`,{role:`alert`,children:`The token was refused: it is wrong, or no longer valid.`}),H(`label`,{for:`token`,children:`Token`}),H(`input`,{ref:n,id:`token`,type:`password`,autocomplete:`off`,value:e,onInput:e=>t(e.currentTarget.value),"aria-describedby":`token-help`}),H(`p`,{id:`token-help`,class:`quiet`,children:[`A bearer token of `,H(`code`,{children:`[graphql] token_file`}),` or `,H(`code`,{children:`tokens_file`}),`, or a JSON Web Token. It stays in this tab, and goes to this server alone.`]}),H(`button`,{type:`submit`,class:`primary`,children:`Enter`})]})}var oo={"":Pa,message:ta,live:Si,statistics:Ra,"dead-letters":Qt};function so(){let e=oo[L.value.page];return H(x,{children:[H(`a`,{class:`skip`,href:`#main`,children:`Skip to the content`}),H(eo,{}),H(`main`,{id:`main`,tabIndex:-1,children:G.value?H(ao,{}):H(e,{})}),H(co,{}),H(ro,{})]})}function co(){return H(`footer`,{children:[H(`a`,{href:`./graphiql`,children:`GraphiQL`}),H(`a`,{href:`./schema.graphql`,children:`Schema`}),H(`a`,{href:`./readyz?verbose`,children:`Readiness`}),H(`a`,{href:`./metrics`,children:`Metrics`}),H(`button`,{type:`button`,class:`plain`,popovertarget:`keys`,children:[`Keys `,H(`kbd`,{children:`?`})]})]})}Dt(),Ur(),Br(),A(H(so,{}),document.body);