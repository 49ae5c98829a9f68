var e,t,n,r,i,a,o,s,c,l,u,d=Symbol.for(`pv`),f={},p=[],m=/^m(i|n|o|s|text|space)$/,h=Array.isArray,g=p.slice,_=Object.assign;function v(e){e&&e.parentNode&&e.remove()}function y(e,t,n){var r,i,a,o={},s=arguments.length;for(a in t)a==`key`?r=t[a]:a==`ref`&&typeof e!=`function`?i=t[a]:o[a]=t[a];return s>2&&(o.children=s>3?g.call(arguments,2):n),b(e,o,r,i,null)}function b(n,r,i,a,o){var s={type:n,props:r,key:i,ref:a,__k:null,__:null,__b:0,__e:null,__c:null,constructor:d,__v:o||++t,__i:-1,__u:0};return!o&&e.vnode&&e.vnode(s),s}function x(e){return e.children}function S(e,t){this.props=e,this.context=t,this.__g=0}function C(e,t){if(t==null)return e.__&&C(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!=`function`||e.props.__P?null:C(e)}function w(t){var n,r=t.__v,i=r.__e,a=[],o=[],s=t.__P;s&&((n=_({constructor:d},r)).__v=r.__v+1,e.vnode&&e.vnode(n),se(s,n,r,t.__n,s.namespaceURI,32&r.__u?[i]:null,a,i||C(r),32&r.__u,o),n.__v=r.__v,n.__.__k[n.__i]=n,O(a,n,o),r.__=r.__e=null,n.__e!=i&&T(n))}function T(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),T(e)}function E(t){(8&t.__g||(t.__g|=8,r.push(t),a++))&&i==e.debounceRendering||((i=e.debounceRendering)||queueMicrotask)(D)}function D(){try{for(var e,t=1;r.length;)r.length>t&&r.sort(o),e=r.shift(),t=r.length,8&e.__g&&w(e)}finally{(a=r.length)&&(i||queueMicrotask)(D)}}function ee(e,t,n,r,i,a,o,s,c,l,u){var d,m,h,g,_,v,y=r.__k||p,b=t.length;for(c=te(n,t,y,c,b),d=0;d<b;d++)(h=n.__k[d])!=null&&(m=~h.__i&&y[h.__i]||f,h.__i=d,v=se(e,h,m,i,a,o,s,c,l,u),g=h.__e,(m.ref!=h.ref||8&m.__u)&&(m.ref&&de(m.ref,null,h,m),h.ref&&u.push(h.ref,h.__c||g,h)),_||=g,4&h.__u?(c=ne(h,c,e,!m.__v),m.__e&&(m.__e=null)):typeof h.type==`function`&&v!==void 0?c=v:g&&(c=g.nextSibling),h.__u&=-21);return n.__e=_,c}function te(e,t,n,r,i){var a,o,s,c,l,u,f,p,m,g=n.length,_=g,v=0,y=0,S=e.__k=Array(i);for(a=0;a<i;a++)(o=t[a])!=null&&typeof o!=`boolean`&&typeof o!=`function`?(typeof o!=`object`||o.constructor===String?o=S[a]=b(null,o):h(o)?o=S[a]=b(x,{children:o}):o.constructor===d&&o.__b?o=S[a]=b(o.type,o.props,o.key,o.ref,o.__v):S[a]=o,c=a+v,o.__=e,o.__b=e.__b+1,s=null,~(l=o.__i=re(o,n,c,_))&&(_--,(s=n[l])&&(s.__u|=2)),s&&s.__v?(o.__u|=16,l==c-1?v--:l==c+1?v++:l!=c&&(l>c?v--:v++,y=1)):(~l||(i>g?v--:i<g&&v++),typeof o.type!=`function`&&(o.__u|=4))):S[a]=null;if(y){for(u=[],f=[],a=0;a<i;a++)if((o=S[a])&&16&o.__u){for(v=0,p=u.length;v<p;)u[m=v+p>>1]<o.__i?v=m+1:p=m;u[v]=o.__i,f[a]=v+1}for(v=u.length;a--;)f[a]&&(f[a]==v?v--:S[a].__u|=4)}if(_)for(a=0;a<g;a++)!(s=n[a])||2&s.__u||(s.__e==r&&(r=C(s)),fe(s,s));return r}function ne(e,t,n,r){var i,a,o,s;if(typeof e.type==`function`){if(e.props.__P)return t;if(i=e.__k)for(a=0;a<i.length;a++)i[a]&&(i[a].__=e,t=ne(i[a],t,n,!1));return t}for(t&&!t.parentNode&&(t=C(e))&&!t.parentNode&&(t=null),o=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(o!=s&&(!r&&n.moveBefore&&o.parentNode?n.moveBefore(o,t):n.insertBefore(o,t||null)),t=o;(t&&=t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(`$s`););return t}function re(e,t,n,r){var i,a=e.key,o=e.type,s=t[n],c=s&&!(2&s.__u);if(s===null&&a==null||c&&a==s.key&&o==s.type)return n;if(r>+!!c){for(i=n-1;i>=0;i--)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i;for(i=n+1;i<t.length;i++)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i}return-1}function ie(e,t,n){n??=``,t[0]==`-`?e.setProperty(t,n):e[t]=n}function ae(e,t,n,r,i){var a,o;if(t==`style`){if(typeof n==`string`)e.style.cssText=n;else{if(typeof r==`string`&&(e.style.cssText=r=``),r)for(t in r)n&&t in n||ie(e.style,t);if(n)for(t in n)r&&n[t]==r[t]||ie(e.style,t,n[t])}}else if(t[0]==`o`&&t[1]==`n`)typeof n!=`function`&&(n=null),typeof r!=`function`&&(r=null),(e.__e||={})[t]=n,n&&r||(o=u[t]||(u[t]=oe(t)),(e.__a||={})[t]=l,a=t!=(t=t.replace(c,`$1`)),(t=t.slice(2))[0]<`a`&&(t=t.toLowerCase()),n?e.addEventListener(t,o,a):e.removeEventListener(t,o,a));else{if(i==`http://www.w3.org/2000/svg`)t=t.replace(/xlink(H|:h)/,`h`).replace(/sName$/,`s`);else if(t!=`width`&&t!=`height`&&t!=`href`&&t!=`list`&&t!=`form`&&t!=`tabIndex`&&t!=`download`&&t!=`rowSpan`&&t!=`colSpan`&&t!=`role`&&t!=`popover`&&t in e)try{e[t]=n??``;return}catch{}if(typeof n==`function`)return;n==null||!1===n&&t[4]!=`-`?e.removeAttribute(t):e.setAttribute(t,t==`popover`&&n==1?``:n)}}function oe(t){return function(n){var r=this.__e;if(r){if(r=r[t],n[s]==null)n[s]=l++;else if(n[s]<this.__a[t])return;return r(e.event?e.event(n):n)}}}function se(t,n,r,i,a,o,s,c,l,u){var f,m,g,y,b,w,T,E,D,te,ne,re,ie,ae,oe,se,O,de,me=n.type;if(n.constructor!==d)return null;128&r.__u&&(l=32&r.__u,f=r.__c.__z)&&(n.__u|=l,m=o=[],f.nodeType==8?c=ce(f,o):o.push(f),c=o[0]||c),(f=e.__b)&&f(n);n:if(typeof me==`function`){g=s.length;try{if(E=n.props,D=(f=me.prototype)&&f.render,te=(f=me.contextType)&&i[f.__c],ne=f?te?te.props.value:f.__:i,(y=r.__c)?(n.__c=y,2&y.__g&&(y.__g|=1)):(D?n.__c=y=new me(E,ne):(n.__c=y=new S(E,ne),y.constructor=me,y.render=pe),te&&te.sub(y),y.state||(y.state={}),y.__n=i,y.__g|=8,y.__h=[],y.__k=[]),D&&(y.__s||(y.__s=y.state),me.getDerivedStateFromProps&&(y.__s==y.state&&(y.__s=_({},y.__s)),_(y.__s,me.getDerivedStateFromProps(E,y.__s)))),b=y.props,w=y.state,y.__v=n,r.__c){if(E!==b&&D&&!me.getDerivedStateFromProps&&y.componentWillReceiveProps&&y.componentWillReceiveProps(E,ne),n.__v==r.__v&&!(8&y.__g)||!(4&y.__g)&&y.shouldComponentUpdate&&!1===y.shouldComponentUpdate(E,y.__s,ne)){n.__v!=r.__v&&(y.props=E,y.state=y.__s,y.__g&=-9),n.__e=r.__e,n.__k=r.__k,n.__k.some(function(e){e&&(e.__=n)}),p.push.apply(y.__h,y.__k),y.__k=[],y.__h.length&&s.push(y),c=C(r);break n}y.componentWillUpdate&&y.componentWillUpdate(E,y.__s,ne),D&&y.componentDidUpdate&&y.__h.push(function(){y.componentDidUpdate(b,w,T)})}else D&&!me.getDerivedStateFromProps&&y.componentWillMount&&y.componentWillMount(),D&&y.componentDidMount&&y.__h.push(y.componentDidMount);y.context=ne,y.props=E,y.__P=t,y.__g&=-5,re=e.__r,ie=D?25:0;do y.__g&=-9,re&&re(n),f=y.render(y.props,y.state=y.__s,y.context);while(8&y.__g&&++ie<25);D&&(p.push.apply(y.__h,y.__k),y.__k=[]),y.state=y.__s,y.getChildContext&&(i=_({},i,y.getChildContext())),D&&r.__c&&y.getSnapshotBeforeUpdate&&(T=y.getSnapshotBeforeUpdate(b,w)),ae=f&&f.type===x&&f.key==null?f.props.children:f,E.__P&&(f=c,a=(t=E.__P).namespaceURI,l=o=null,r.props&&r.props.__P!=t&&(r.__k.some(function(e){e&&fe(e,e)}),r.__k=null),c=r.__k?C(r,0):null),c=ee(t,h(ae)?ae:[ae],n,r,i,a,o,s,c,l,u),E.__P&&(n.__e=null,c=f),n.__u&=-161,m&&m.some(v),y.__h.length&&s.push(y),1&y.__g&&(y.__g&=-4)}catch(t){if(s.length=g,n.__v=null,l||o){if(t&&t.then){if(n.__u|=128|l,o){for(~(O=o.indexOf(c||void 0))||(O=o.length);(de=o[O-1])&&de.nodeType==8;)O--;for(;O<o.length;O++)if(de=o[O]){if(o[O]=null,oe){if(de==se)break}else{if(de.nodeType!=8)break;de.data.startsWith(`$s`)&&(se=ce(oe=de))}}}if(!oe){for(;c&&c.nodeType==8&&c.nextSibling;)c=c.nextSibling;oe=c}(f=ce(oe=n.__c.__z||(n.__c.__z=oe)))?(n.__e=oe,c=f):n.__e=c,c&&=c.nextSibling}else o&&o.some(v)}else n.__e=r.__e;n.__k||=r.__k||[],t&&t.then||le(n),e.__e(t,n,r)}}else c=n.__e=ue(r.__e,n,r,i,a,o,s,l,u,t);return(f=e.diffed)&&f(n),c}function ce(e,t){if(e&&e.nodeType==8&&e.data.startsWith(`$s`))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith(`$s`))n++;else if(e.data.startsWith(`/$s`)&&!--n)return e}t&&t.push(e)}}function le(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(le))}function O(t,n,r){for(var i=0;i<r.length;)de(r[i++],r[i++],r[i++]);e.__c&&e.__c(n,t),t.some(function(n){try{t=n.__h,n.__h=[],t.some(function(e){e.call(n)})}catch(t){e.__e(t,n.__v)}})}function ue(t,n,r,i,a,o,s,c,l,u){var d,p,_,y,b,x,S,w,T=r.props||f,E=n.props,D=n.type;if(D==`svg`?a=`http://www.w3.org/2000/svg`:D==`math`?a=`http://www.w3.org/1998/Math/MathML`:a||=`http://www.w3.org/1999/xhtml`,o){for(d=0;d<o.length;d++)if((b=o[d])&&(D?b.localName==D:b.nodeType==3)){t=b,o[d]=null;break}}if(!t){if(w=u.ownerDocument||document,!D)return w.createTextNode(E);t=w.createElementNS(a,D,E.is?E:u),c&&=(e.__m&&e.__m(n,o),!1),o=null}if(D){if(u=D==`template`&&t.content||t,o=D==`textarea`&&E.defaultValue!=null?null:o&&g.call(u.childNodes),!c&&o)for(T={},d=0;d<t.attributes.length;d++)T[(b=t.attributes[d]).name]=b.value;for(d in T)b=T[d],d==`dangerouslySetInnerHTML`?_=b:d==`children`||d in E||d==`value`&&`defaultValue`in E||d==`checked`&&`defaultChecked`in E||ae(t,d,null,b,a);for(d in E)b=E[d],d==`children`?y=b:d==`dangerouslySetInnerHTML`?p=b:d==`value`?x=b:d==`checked`?S=b:c&&typeof b!=`function`||T[d]===b||ae(t,d,b,T[d],a);p?(c||_&&(p.__html==_.__html||p.__html==t.innerHTML)||(t.innerHTML=p.__html),n.__k=[]):(_&&(t.textContent=``),(D==`foreignObject`||a==`http://www.w3.org/1998/Math/MathML`&&m.test(D))&&(a=`http://www.w3.org/1999/xhtml`),ee(u,h(y)?y:[y],n,r,i,a,o,s,o?o[0]:r.__k&&C(r,0),c,l),o&&o.some(v)),c&&D!=`textarea`||(d=`value`,D==`progress`&&x==null?t.removeAttribute(d):x==null||x===t[d]&&(D!=`progress`||x)||ae(t,d,x,T[d],a),d=`checked`,S!=null&&S!=t[d]&&ae(t,d,S,T[d],a))}else T===E||c&&t.data==E||(t.data=E);return t}function de(t,n,r,i){try{typeof t==`function`?n?n.__x=t(n)||1:(i&&=i.__c||i.__e)&&(n=i.__x)&&(i.__x=null,typeof n==`function`?n():t(null)):t.current=n}catch(t){e.__e(t,r)}}function fe(t,n,r){var i,a,o,s;if(e.unmount&&e.unmount(t),!(i=t.ref)||i.current&&i.current!=t.__e||de(i,null,n,t),i=t.__c){if(i.componentWillUnmount)try{i.componentWillUnmount()}catch(t){e.__e(t,n)}i.__P=i.__n=null}if(i=t.__k)for(s=0;s<i.length;s++)i[s]&&fe(i[s],n,typeof t.type!=`function`||r&&!t.props.__P);!r&&(i=t.__c)&&(i=i.__z)&&(a=ce(i,o=[]))&&(i==t.__e&&o.some(v),v(a),v(i)),r||v(t.__e),t.__e=t.__c=t.__=null}function pe(e,t,n){return this.constructor(e,n)}function me(t,n){var r,i,a,o;e.__&&e.__(t,n),n.nodeType==9&&(n=n.documentElement),i=(r=t&&32&t.__u)?null:n.__k,n.__k=b(x,{children:[t]}),a=[],o=[],se(n,n.__k,i||f,f,n.namespaceURI,i?null:n.firstChild?g.call(n.childNodes):null,a,i?i.__e:n.firstChild,r,o),O(a,n.__k,o),n.__k.props.children=null}e={__e:function(e,t,n,r){for(var i,o,s;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((s=(o=i.constructor)&&o.getDerivedStateFromError)&&i.setState(o.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,r||{}),s=1),s&&8&i.__g)return void(i.__g|=2)}catch(t){e=t}}throw a=0,e}},t=0,n=function(e){return e!=null&&e.constructor===d},S.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=_({},this.state)),typeof e==`function`&&(e=e(_({},n),this.props)),e&&(_(n,e),this.__v&&(t&&this.__k.push(t),E(this)))},S.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),E(this))},S.prototype.render=x,r=[],a=0,o=function(e,t){return e.__v.__b-t.__v.__b},s=Symbol(),c=/(PointerCapture)$|Capture$/i,l=0,u={};var he,k,ge,_e,ve=Object.is,ye=0,be=[],xe=[],A=e,Se=A.__b,Ce=A.__r,we=A.diffed,Te=A.__c,Ee=A.unmount,De=A.__;function Oe(e,t){A.__h&&A.__h(k,e,ye||t),ye=0;var n=k.__H||(k.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function j(e){return ye=1,ke(Be,e)}function ke(e,t,n){var r=Oe(he++,2);if(r.t=e,!r.__c&&(r.__=[n?n(t):Be(void 0,t),function(e){var t=(r.__N||r.__)[0],n=r.t(t,e);ve(t,n)||(r.__N=[n,r.__[1]],r.__c.setState({}))}],r.__c=k,!k.__f)){k.__f=!0;var i=k.shouldComponentUpdate;k.shouldComponentUpdate=function(e,t,n){var r=this.__H;if(!r)return!0;var a=!1,o=this.props!=e;if(r.__.some(function(e){e.__N&&(a=!0,ve(e.__[0],e.__N[0])||(o=!0))}),i){var s=i.call(this,e,t,n);return a?s||o:s}return!a||o}}return r.__}function M(e,t){var n=Oe(he++,3);!A.__s&&ze(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,k.__H.__h.push(n))}function Ae(e,t){var n=Oe(he++,4);!A.__s&&ze(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,k.__h.push(n))}function je(e){return ye=5,Me(function(){return{current:e}},[])}function Me(e,t){var n=Oe(he++,7);return ze(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function Ne(){var e;do{for(;e=xe.shift();)try{Le(e)}catch(t){A.__e(t,{__:(e=e.__P)&&e.__v})}for(;e=be.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(Le),t.__h.some(Re),t.__h=[]}catch(n){t.__h=[],A.__e(n,e.__v)}}}while(xe.length)}A.__b=function(e){k=null,Se&&Se(e)},A.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),De&&De(e,t)},A.__r=function(e){Ce&&Ce(e),he=0;var t=(k=e.__c).__H;t&&(ge==k?k.__h=[]:(t.__h.some(Le),t.__h.some(Re),he=0),t.__h=[],t.__.some(function(e){e.__N&&(e.__=e.__N),e.u=e.__N=void 0})),ge=k},A.diffed=function(e){we&&we(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Ie(be.push(t)),t.__H.__.some(function(e){e.u&&(e.__H=e.u)})),ge=k=null},A.__c=function(e,t){t.some(function(e){try{e.__h.some(Le),e.__h=e.__h.filter(function(e){return!e.__||Re(e)})}catch(t){e.__h=[function(){throw t}]}}),Te&&Te(e,t)},A.unmount=function(e){Ee&&Ee(e);var t,n,r=e.__c;r&&r.__H&&(r.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n&&=n.__c}r.__P=n,Ie(xe.push(r))}else Le(r)}catch(e){t=e}}),r.__H=void 0,t&&A.__e(t,r.__v))};var Pe=typeof requestAnimationFrame==`function`;function Fe(e){var t,n=function(){clearTimeout(r),Pe&&cancelAnimationFrame(t),setTimeout(e)},r=setTimeout(n,35);Pe&&(t=requestAnimationFrame(n))}function Ie(e){e!=1&&_e==A.requestAnimationFrame||((_e=A.requestAnimationFrame)||Fe)(Ne)}function Le(e){var t=k,n=e.__c;typeof n==`function`&&(e.__c=void 0,n()),k=t}function Re(e){var t=k;e.__c=e.__(),k=t}function ze(e,t){return!e||e.length!=t.length||t.some(function(t,n){return!ve(t,e[n])})}function Be(e,t){return typeof t==`function`?t(e):t}var Ve=Symbol.for(`preact-signals`);function He(){if(qe>1)qe--;else{var e,t=!1;for((function(){var e=Ze;for(Ze=void 0;e!==void 0;){var t=e.S;if(t.v===e.v)for(var n=t.t;n!==void 0;n=n.x)n.i===e.i&&(n.i=t.i);e=e.o}})();Ke!==void 0;){var n=Ke;for(Ke=void 0,Je++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&tt(n))try{n.c()}catch(n){t||=(e=n,!0)}n=r}}if(Je=0,qe--,t)throw e}}function Ue(e){if(qe>0)return e();Xe=++Ye,qe++;try{return e()}finally{He()}}var We,N=void 0;function Ge(e){var t=N,n=We;N=void 0,We=void 0;try{return e()}finally{N=t,We=n}}var Ke=void 0,qe=0,Je=0,Ye=0,Xe=0,Ze=void 0,Qe=0;function $e(e){if(N!==void 0){var t=e.n;if(t===void 0||t.t!==N)return t={i:0,S:e,p:N.s,n:void 0,t:N,e:void 0,x:void 0,r:t},N.s!==void 0&&(N.s.n=t),N.s=t,e.n=t,32&N.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=N.s,t.n=void 0,N.s.n=t,N.s=t),t}}function P(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}P.prototype.brand=Ve,P.prototype.h=function(){return!0},P.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n===void 0?Ge(function(){var e;(e=t.W)==null||e.call(t)}):n.e=e)},P.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&Ge(function(){var e;(e=t.Z)==null||e.call(t)}))}},P.prototype.subscribe=function(e){var t=this;return ut(function(){var n=t.value;Ge(function(){return e(n)})},{name:`sub`})},P.prototype.valueOf=function(){return this.value},P.prototype.toString=function(){return this.value+``},P.prototype.toJSON=function(){return this.value},P.prototype.peek=function(){var e=this;return Ge(function(){return e.value})},Object.defineProperty(P.prototype,"value",{get:function(){var e=$e(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(Je>100)throw Error(`Cycle detected`);(function(e){qe!==0&&Je===0&&e.l!==Xe&&(e.l=Xe,Ze={S:e,v:e.v,i:e.i,o:Ze})})(this),this.v=e,this.i++,Qe++,qe++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{He()}}}});function et(e,t){return new P(e,t)}function tt(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function nt(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function rt(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function it(e,t){P.call(this,void 0,t),this.x=e,this.s=void 0,this.g=Qe-1,this.f=4}it.prototype=new P,it.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Qe))return!0;if(this.g=Qe,this.f|=1,this.i>0&&!tt(this))return this.f&=-2,!0;var e=N;try{nt(this),N=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(e){this.v=e,this.f|=16,this.i++}return N=e,rt(this),this.f&=-2,!0},it.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}P.prototype.S.call(this,e)},it.prototype.U=function(e){if(this.t!==void 0&&(P.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}},it.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}},Object.defineProperty(it.prototype,"value",{get:function(){if(1&this.f)throw Error(`Cycle detected`);var e=$e(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function at(e,t){return new it(e,t)}function ot(e){var t=e.j;if(e.j=void 0,typeof t==`function`){qe++;var n=N;N=void 0;try{t()}catch(t){throw e.f&=-2,e.f|=8,st(e),t}finally{N=n,He()}}}function st(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,ot(e)}function ct(e){if(N!==this)throw Error(`Out-of-order effect`);rt(this),N=e,this.f&=-2;try{8&this.f&&st(this)}finally{He()}}function lt(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,We&&We.push(this)}lt.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==`function`&&(this.j=t)}finally{e()}},lt.prototype.S=function(){if(1&this.f)throw Error(`Cycle detected`);this.f|=1,this.f&=-9,ot(this),nt(this),qe++;var e=N;return N=this,ct.bind(this,e)},lt.prototype.N=function(){2&this.f||(this.f|=2,this.u=Ke,Ke=this)},lt.prototype.d=function(){this.f|=8,1&this.f||st(this)},lt.prototype.dispose=function(){this.d()};function ut(e,t){var n=new lt(e,t);try{n.c()}catch(e){throw n.d(),e}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var dt,ft,pt=typeof window<`u`&&!!window.__PREACT_SIGNALS_DEVTOOLS__,mt=[];ut(function(){dt=this.N})();function ht(t,n){e[t]=n.bind(null,e[t]||function(){})}function gt(e){if(ft){var t=ft;ft=void 0,t()}ft=e&&e.S()}function _t(e){var t=this,r=e.data,i=yt(r);i.name=`ReactiveDom`,i.value=r;var a=Me(function(){for(var e=t,r=t.__v;r=r.__;)if(r.__c){r.__c.__$f|=4;break}var a=at(function(){var e=i.value.value;return e===0?0:!0===e?``:e||``}),o=at(function(){return!Array.isArray(a.value)&&!n(a.value)}),s=ut(function(){if(this.N=St,o.value){var t=a.value;e.__v&&e.__v.__e&&e.__v.__e.nodeType===3&&(e.__v.__e.data=t)}}),c=t.__$u.d;return t.__$u.d=function(){s(),c.call(this)},[o,a]},[]),o=a[0],s=a[1];return o.value?s.peek():s.value}_t.displayName=`ReactiveTextNode`,Object.defineProperties(P.prototype,{constructor:{configurable:!0,value:y(x,null).constructor},type:{configurable:!0,value:_t},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}}),ht(`__b`,function(e,t){if(gt(),typeof t.type==`string`){var n,r=t.props;for(var i in r)if(i!==`children`){var a=r[i];a instanceof P&&(n||(t.__np=n={}),n[i]=a,r[i]=a.peek())}}e(t)}),ht(`__r`,function(e,t){if(e(t),t.type!==x){gt();var n,r=t.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=function(e,t){var n;return ut(function(){n=this},{name:t}),n.c=e,n}(function(e){return function(){var t;pt&&((t=this.y)==null||t.call(this)),e.__$f|=1,e.setState({})}}(r),typeof t.type==`function`?t.type.displayName||t.type.name:``))),gt(n)}}),ht(`__e`,function(e,t,n,r){gt(),e(t,n,r)}),ht(`diffed`,function(e,t){gt();var n;if(typeof t.type==`string`&&(n=t.__e)){var r=t.__np,i=t.props,a=n.U;if(a)for(var o in a){var s=a[o];s===void 0||r&&o in r||(s.d(),a[o]=void 0)}if(r)for(var c in a||(a={},n.U=a),r){var l=a[c],u=r[c];l===void 0?(l=vt(n,c,u,i),a[c]=l):l.o(u,i)}}e(t)});function vt(e,t,n,r){var i=t in e&&e.ownerSVGElement===void 0,a=et(n);return{o:function(e,t){a.value=e,r=t},d:ut(function(){this.N=St;var n=a.value.value;r[t]!==n&&(r[t]=n,i?e[t]=n:n!=null&&(!1!==n||t[4]===`-`)?e.setAttribute(t,n):e.removeAttribute(t))})}}ht(`unmount`,function(e,t){if(typeof t.type==`string`){var n=t.__e;if(n){var r=n.U;if(r)for(var i in n.U=void 0,r){var a=r[i];a&&a.d()}}var o=t.__np;if(o){var s=t.props;for(var c in o)s[c]=o[c]}t.__np=void 0}else{var l=t.__c;if(l){l.__$f|=8;var u=l.__$u;u&&(l.__$u=void 0,u.d())}}e(t)}),ht(`__h`,function(e,t,n,r){r<3&&(t.__$f|=2),e(t,n,r)}),S.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==`boolean`&&!0===this.u){var a=2&this.__$f;if(!(r||a||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var o in e)if(o!==`__source`&&e[o]!==this.props[o])return!0;for(var s in this.props)if(!(s in e))return!0;return!1};function yt(e,t){return Me(function(){return et(e,t)},[])}var bt=function(e){queueMicrotask(function(){queueMicrotask(e)})};function xt(){Ue(function(){for(var e;e=mt.shift();)dt.call(e)})}function St(){mt.push(this)===1&&(e.requestAnimationFrame||bt)(xt)}var Ct=[``,`message`,`live`,`statistics`,`dead-letters`],wt=[``,`live`,`statistics`],F=et(Tt(location));function Tt(e){let t=e.pathname.split(`/`).at(-1)??``;return{page:Ct.includes(t)?t:``,query:Object.fromEntries(new URLSearchParams(e.search))}}function I(e,t={}){let n=Object.entries(t).filter(e=>!!e[1]),r=new URLSearchParams(n).toString();return`./${e}${r&&`?${r}`}`}function L(e){return I(F.value.page,{...F.value.query,...e})}var Et=I(``);function Dt(){Ot(Et)}function Ot(e,t=`push`){let n=new URL(e,document.baseURI);history[t===`push`?`pushState`:`replaceState`](null,``,n);let r=F.value.page;F.value=Tt(n),t===`push`&&window.scrollTo(0,0),F.value.page!==r&&requestAnimationFrame(()=>document.querySelector(`main`)?.focus())}function kt(){addEventListener(`popstate`,()=>F.value=Tt(location)),ut(()=>{F.value.page===``&&(Et=L({}))}),addEventListener(`click`,e=>{let t=e.target instanceof Element?e.target.closest(`a`):null,n=e.button===0&&!(e.metaKey||e.ctrlKey||e.shiftKey||e.altKey);t===null||!n||e.defaultPrevented||t.target||t.hasAttribute(`download`)||t.dataset.page!==void 0&&t.origin===location.origin&&(e.preventDefault(),Ot(t.href))})}var At=[{key:`to`,example:`to:ann@example.org`,says:`the recipient's address`},{key:`domain`,example:`domain:example.org`,says:`the recipient's domain`},{key:`id`,example:`id:abc-123`,says:`the tracking id; also msgid:`},{key:`status`,example:`status:bounced,deferred`,says:`queued, deferred, delivered, bounced, unknown`},{key:`category`,example:`category:mailbox_full`,says:`the reason of a deferral or a bounce`},{key:`sender`,example:`sender:42`,says:`the account that sent the mail`},{key:`code`,example:`code:103`,says:`the event's code, in the list of events`},{key:`after`,example:`after:1h`,says:`at this time or later: 30s, 15m, 7d, 2026-11-22, 2026-11-22T10:00:00Z`},{key:`before`,example:`before:2026-11-22`,says:`before this time`},{key:`-`,example:`-status:delivered`,says:`not this`}],jt=String.raw`(?:"(?:[^"\\]|\\["\\])*"|[^\s,"]+)`,Mt=new RegExp(String.raw`(-?)(?:([A-Za-z_]+):)?(${jt}(?:,${jt})*)(?=\s|$)`,`y`),Nt=new RegExp(jt,`g`);function R(e){let t=[],n=0;for(;;){for(;/\s/.test(e.charAt(n));)n+=1;if(n>=e.length)return t;Mt.lastIndex=n;let r=Mt.exec(e);if(r===null)return null;let i=(r[3]??``).match(Nt)?.map(Vt)??[],a=r[2]?.toLowerCase()??(i.every(e=>e.includes(`@`))?`to`:`id`);t.push({key:a,values:i,negated:r[1]===`-`}),n=Mt.lastIndex}}function z(e){return e.map(({key:e,values:t,negated:n})=>`${n?`-`:``}${e}:${t.map(Bt).join(`,`)}`).join(` `)}function Pt(e,t,n,r=!1){let i=R(e)??[],a=i.find(e=>e.key===t&&e.negated===r);if(a===void 0)return z([...i,{key:t,values:[n],negated:r}]);let o=a.values.includes(n)?a.values:[...a.values,n];return z(i.map(e=>e===a?{...e,values:o}:e))}function B(e,t,n){let r=(R(e)??[]).filter(e=>e.key!==t||e.negated);return z(n===void 0?r:[...r,{key:t,values:[n],negated:!1}])}function Ft(e,t,n,r=!1){return z((R(e)??[]).map(e=>e.key===t&&e.negated===r?{...e,values:e.values.filter(e=>e!==n)}:e).filter(e=>e.values.length>0))}function It(e,t){return z([{key:e,values:[t],negated:!1}])}var Lt=[`to`,`domain`,`id`,`msgid`,`category`,`class`,`sender`,`after`];function Rt(e){let t=R(e)??[],n=t.some(({key:e,negated:t})=>t&&e!==`status`),r=t.some(({key:e,negated:t})=>!t&&Lt.includes(e));return n&&!r?Pt(e,`after`,`30d`):e}function zt(e){return e!==``&&e.length<=500&&!At.some(({key:t})=>RegExp(`(^|\\s)-?${t}:`,`i`).test(e))}function Bt(e){return/^[^\s,"]+$/.test(e)?e:`"${e.replace(/["\\]/g,`\\$&`)}"`}function Vt(e){return e.startsWith(`"`)?e.slice(1,-1).replace(/\\(["\\])/g,`$1`):e}var Ht=Symbol.for(`pv`),Ut=0;Array.isArray;function V(t,n,r,i,a,o){n||={};var s,c,l=n;if(`ref`in l&&typeof t!=`function`)for(c in l={},n)c==`ref`?s=n[c]:l[c]=n[c];var u={type:t,props:l,key:r,ref:s,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Ht,__v:--Ut,__i:-1,__u:0};return(a||o)&&(u.__source=a,u.__self=o),e.vnode&&e.vnode(u),u}var Wt={queued:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.3`,deferred:`M13 8A5 5 0 1 1 11.3 4.3M13.2 2.5v3h-3`,delivered:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8.2l1.8 1.8 3.4-3.8`,bounced:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6 6l4 4M10 6l-4 4`,unknown:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6.6 6.4a1.5 1.5 0 1 1 2 1.6c-.4.2-.6.5-.6.9M8 10.8v.1`,opened:`M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8M8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2`,clicked:`M6 6l7 2.6-3.2 1.2L8.6 13zM3 3l1 1M6.5 2v1.400M2 6.500h1.4`,complained:`M4 14V2.500h7.500L10 5.500l1.5 3H4`,unsubscribed:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8h5`,search:`M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.300l3.2 3.2`,copy:`M6 6h7v7H6zM3 10V3h7`,done:`M3.5 8.500l3 3 6-7`,warning:`M8 2.5 14 13H2zM8 6.500v3M8 11.200v.1`,close:`M4 4l8 8M12 4l-8 8`,sun:`M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1.500v1M8 13.500v1M1.5 8h1M13.5 8h1M3.4 3.400l.7.7M11.9 11.900l.7.7M12.6 3.400l-.7.7M4.1 11.900l-.7.7`,moon:`M13 9.500A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5`,auto:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 2.500v11M8 5h4.500M8 8h5.500M8 11h4.5`,clock:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.200l2.2 1.3`,mail:`M2 4h12v8.500H2zM2 4.500l6 4.5 6-4.5`,back:`M9.5 3.5 5 8l4.5 4.5`,pause:`M5.5 3.500v9M10.5 3.500v9`,live:`M8 4.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7`,next:`M6.5 3.5 11 8l-4.5 4.5`};function H({name:e}){return V(`svg`,{class:`icon`,viewBox:`0 0 16 16`,"aria-hidden":`true`,focusable:`false`,children:V(`path`,{d:Wt[e]})})}function Gt({icon:e,title:t,level:n=2,children:r}){return V(`div`,{class:`notice`,children:[V(H,{name:e}),V(n===1?`h1`:`h2`,{children:t}),r]})}function Kt({rows:e=12}){return V(`div`,{class:`loading`,role:`status`,"aria-label":`Loading`,children:Array.from({length:e},(e,t)=>V(`div`,{class:`bone`},t))})}var qt={UNREACHABLE:`The server does not answer`,UNAVAILABLE:`The store or the broker is away`,BAD_USER_INPUT:`This search can't be read`,NO_INDEX:`This search would read everything`,LIMIT_EXCEEDED:`That is more than one answer may hold`,RATE_LIMITED:`Too many questions at once`,FORBIDDEN:`This token may not see that`,BAD_CURSOR:`This page of the list is no more`},Jt={UNREACHABLE:`Check that it runs and that the network is there, then try again.`,UNAVAILABLE:`It is asked again as soon as you try; nothing is lost meanwhile.`,RATE_LIMITED:`Wait for a moment, then try again.`,FORBIDDEN:`Ask for a token that sees all senders.`,INTERNAL_SERVER_ERROR:`The server's log has the details under this id.`},Yt=[`BAD_USER_INPUT`,`NO_INDEX`,`BAD_CURSOR`,`LIMIT_EXCEEDED`];function Xt({problem:e,again:t,level:n=2}){return V(`div`,{role:`alert`,children:V(Gt,{icon:`warning`,level:n,title:qt[e.code]??`That went wrong`,children:[V(`p`,{children:e.message}),Jt[e.code]&&V(`p`,{class:`quiet`,children:Jt[e.code]}),Yt.includes(e.code)?V(Zt,{code:e.code}):V(`button`,{type:`button`,onClick:t,children:`Try again`})]})})}function Zt({code:e}){let t=F.value.query.q??``;return V(`p`,{class:`choices`,children:[e===`NO_INDEX`&&V(`a`,{class:`button`,"data-page":!0,href:L({q:Pt(t,`after`,`30d`)}),children:`Only the last 30 days`}),V(`button`,{type:`button`,popovertarget:`search-help`,children:`How to search`}),V(`a`,{class:`button`,"data-page":!0,href:L({after:void 0,before:void 0}),children:`To the first page`}),V(`a`,{class:`button`,"data-page":!0,href:I(``),children:`All mail`})]})}function Qt(e){M(()=>{document.title=`${e} · Email Delivery Status`},[e])}function $t(){return Qt(`Dead letters`),V(Gt,{level:1,icon:`clock`,title:`Dead letters`,children:V(`p`,{children:`What could not be used: why, its bytes, and how to send it on will be here.`})})}var en=1e3,tn=100,nn=5,rn=class{changed;rows=[];waiting=[];waitingCount=0;count=0;kinds=new Map;held=!1;perSecond=new Float64Array(61);second=0;arrived=[];shownAt=-1/0;frame=0;timer=0;constructor(e){this.changed=e}add(e){this.advance(Date.now()),this.perSecond[this.second%61]+=1,this.count+=1,this.kinds.set(e.kind,(this.kinds.get(e.kind)??0)+1),this.arrived.push({key:this.count,event:e}),this.arrived.length>2e3&&this.settle(),this.schedule()}hold(e){e!==this.held&&(this.settle(),this.held=e,e||(this.rows=an(this.waiting,this.rows),this.waiting=[],this.waitingCount=0),this.changed())}clear(){this.settle(),this.rows=[],this.waiting=[],this.waitingCount=0,this.changed()}rate(){return this.lastSeconds().slice(-5).reduce((e,t)=>e+t,0)/nn}lastSeconds(){return this.advance(Date.now()),Array.from({length:60},(e,t)=>this.perSecond[(this.second+1+t)%61]??0)}stop(){cancelAnimationFrame(this.frame),clearTimeout(this.timer)}advance(e){let t=Math.floor(e/1e3),n=Math.min(t-this.second,61);for(let e=0;e<n;e+=1)this.perSecond[(t-e)%61]=0;this.second=Math.max(t,this.second)}schedule(){if(this.frame||this.timer)return;let e=this.shownAt+tn-performance.now();e>0?this.timer=window.setTimeout(()=>{this.timer=0,this.schedule()},e):this.frame=requestAnimationFrame(()=>{this.frame=0,this.shownAt=performance.now(),this.settle(),this.changed()})}settle(){let e=this.arrived.reverse();this.arrived=[],this.held?(this.waiting=an(e,this.waiting),this.waitingCount+=e.length):e.length>0&&(this.rows=an(e,this.rows))}};function an(e,t){return e.length>=1e3?e.slice(0,en):e.concat(t.slice(0,en-e.length))}var on=`eds.token`,U=et(sessionStorage.getItem(on)),W=et(``);function sn(e){let t=e.trim().replace(/^Bearer\s+/i,``);t!==``&&(sessionStorage.setItem(on,t),U.value=t,W.value=``)}function cn(e){U.value===e&&(sessionStorage.removeItem(on),W.value=e===null?`none`:`refused`,U.value=null)}function ln(){sessionStorage.removeItem(on),U.value=null,W.value=`none`}var G=class extends String{__apiType;value;__meta__;constructor(e,t){super(e),this.value=e,this.__meta__=t}toString(){return this.value}};new G(`
    fragment Total on TotalCount {
  count
  precision
}
    `,{fragmentName:`Total`}),new G(`
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
    `,{fragmentName:`Page`}),new G(`
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
    `,{fragmentName:`DeliveryRow`}),new G(`
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
    `,{fragmentName:`EventRow`}),new G(`
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
    `,{fragmentName:`MessageDelivery`}),new G(`
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
    `,{fragmentName:`MessageEvent`}),new G(`
    fragment KindCounts on EventCounts {
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
    `,{fragmentName:`KindCounts`});var un=new G(`
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
}`),dn=new G(`
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
    `),fn=new G(`
    query Health {
  pipeline {
    lag
    ageSeconds
    newestEventAt
    brokerAvailable
    version
  }
}
    `),pn=new G(`
    query PendingDeadLetters {
  deadLetters(where: {states: [OPEN, PARTLY]}, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),mn=new G(`
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
}`),hn=new G(`
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
}`),gn=new G(`
    query CountDeliveries($search: String) {
  rows: deliveries(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),_n=new G(`
    query CountEvents($search: String) {
  rows: events(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),vn=new G(`
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
}`),yn=new G(`
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
}`),bn=new G(`
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
}`),xn=new G(`
    query Exists($trackingId: String!) {
  message(trackingId: $trackingId) {
    id
  }
}
    `),Sn=new G(`
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
}`),Cn=new G(`
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
}`),wn=new G(`
    subscription MessageChanged($trackingId: String!) {
  messageChanged(trackingId: $trackingId) {
    id
    revision
  }
}
    `),Tn=new G(`
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
}`),En=new G(`
    query Statistics($where: StatisticsFilter, $interval: Interval) {
  statistics(where: $where, interval: $interval) {
    interval
    since
    until
    totals {
      ...KindCounts
      total
      deliveryRate
      bounceRate
      complaintRate
      unsubscribeRate
      openRate
      clickRate
    }
    buckets {
      startsAt
      counts {
        ...KindCounts
      }
    }
  }
}
    fragment KindCounts on EventCounts {
  queued
  deferred
  delivered
  bounced
  complained
  unsubscribed
  opened
  clicked
  unknown
}`),Dn=new G(`
    query StatisticsByDomain($where: StatisticsFilter, $interval: Interval, $first: Int!) {
  statistics(where: $where, interval: $interval) {
    breakdown(by: RECIPIENT_DOMAIN, first: $first) {
      value
      totals {
        delivered
        bounced
        deferred
        complained
        bounceRate
      }
    }
  }
}
    `),On=new G(`
    query StatisticsByCategory($where: StatisticsFilter, $interval: Interval, $first: Int!) {
  statistics(where: $where, interval: $interval) {
    breakdown(by: CATEGORY, first: $first) {
      value
      totals {
        bounced
        deferred
      }
    }
  }
}
    `),kn=new G(`
    query Refusals($search: String, $first: Int!, $after: String) {
  deliveries(search: $search, first: $first, after: $after) {
    nodes {
      recipientDomain
      phase
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
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `);function K(e){return e===null?`null`:Array.isArray(e)?`array`:typeof e}function An(e){return K(e)===`object`}function jn(e){return Array.isArray(e)&&e.length>0&&e.every(e=>`message`in e)}function Mn(e,t){return e.length<124?e:t}var q=(e=>(e[e.InternalServerError=4500]=`InternalServerError`,e[e.InternalClientError=4005]=`InternalClientError`,e[e.BadRequest=4400]=`BadRequest`,e[e.BadResponse=4004]=`BadResponse`,e[e.Unauthorized=4401]=`Unauthorized`,e[e.Forbidden=4403]=`Forbidden`,e[e.SubprotocolNotAcceptable=4406]=`SubprotocolNotAcceptable`,e[e.ConnectionInitialisationTimeout=4408]=`ConnectionInitialisationTimeout`,e[e.ConnectionAcknowledgementTimeout=4504]=`ConnectionAcknowledgementTimeout`,e[e.SubscriberAlreadyExists=4409]=`SubscriberAlreadyExists`,e[e.TooManyInitialisationRequests=4429]=`TooManyInitialisationRequests`,e))(q||{}),J=(e=>(e.ConnectionInit=`connection_init`,e.ConnectionAck=`connection_ack`,e.Ping=`ping`,e.Pong=`pong`,e.Subscribe=`subscribe`,e.Next=`next`,e.Error=`error`,e.Complete=`complete`,e))(J||{});function Nn(e){if(!An(e))throw Error(`Message is expected to be an object, but got ${K(e)}`);if(!e.type)throw Error(`Message is missing the 'type' property`);if(typeof e.type!=`string`)throw Error(`Message is expects the 'type' property to be a string, but got ${K(e.type)}`);switch(e.type){case`connection_init`:case`connection_ack`:case`ping`:case`pong`:if(e.payload!=null&&!An(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${e.payload}"`);break;case`subscribe`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${K(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!An(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${K(e.payload)}`);if(typeof e.payload.query!=`string`)throw Error(`"${e.type}" message payload expects the 'query' property to be a string, but got ${K(e.payload.query)}`);if(e.payload.variables!=null&&!An(e.payload.variables))throw Error(`"${e.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${K(e.payload.variables)}`);if(e.payload.operationName!=null&&K(e.payload.operationName)!==`string`)throw Error(`"${e.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${K(e.payload.operationName)}`);if(e.payload.extensions!=null&&!An(e.payload.extensions))throw Error(`"${e.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${K(e.payload.extensions)}`);break;case`next`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${K(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!An(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${K(e.payload)}`);break;case`error`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${K(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!jn(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(e.payload)}`);break;case`complete`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${K(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);break;default:throw Error(`Invalid message 'type' property "${e.type}"`)}return e}function Pn(e,t){return Nn(typeof e==`string`?JSON.parse(e,t):e)}function Fn(e,t){return Nn(e),JSON.stringify(e,t)}function In(e){let{url:t,connectionParams:n,lazy:r=!0,onNonLazyError:i=console.error,lazyCloseTimeout:a=0,keepAlive:o=0,disablePong:s,connectionAckWaitTimeout:c=0,retryAttempts:l=5,retryWait:u=async function(e){let t=2**e;await new Promise(e=>setTimeout(e,t*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:d=Rn,on:f,webSocketImpl:p,generateID:m=function(){return`xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx`.replace(/[xy]/g,e=>{let t=Math.random()*16|0;return(e==`x`?t:t&3|8).toString(16)})},jsonMessageReplacer:h,jsonMessageReviver:g}=e,_;if(p){if(!Bn(p))throw Error(`Invalid WebSocket implementation provided`);_=p}else typeof WebSocket<`u`?_=WebSocket:typeof global<`u`?_=global.WebSocket||global.MozWebSocket:typeof window<`u`&&(_=window.WebSocket||window.MozWebSocket);if(!_)throw Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let v=_,y=(()=>{let e=(()=>{let e={};return{on(t,n){return e[t]=n,()=>{delete e[t]}},emit(t){`id`in t&&e[t.id]?.(t)}}})(),t={connecting:f?.connecting?[f.connecting]:[],opened:f?.opened?[f.opened]:[],connected:f?.connected?[f.connected]:[],ping:f?.ping?[f.ping]:[],pong:f?.pong?[f.pong]:[],message:f?.message?[e.emit,f.message]:[e.emit],closed:f?.closed?[f.closed]:[],error:f?.error?[f.error]:[]};return{onMessage:e.on,on(e,n){let r=t[e];return r.push(n),()=>{let e=r.indexOf(n);e>-1&&r.splice(e,1)}},emit(e,...n){for(let r of[...t[e]])r(...n)}}})();function b(e){let t=[y.on(`error`,n=>{t.forEach(e=>e()),e(n)}),y.on(`closed`,n=>{t.forEach(e=>e()),e(n)})];return()=>t.forEach(e=>e())}let x,S=0,C,w=!1,T=0,E=!1;async function D(){clearTimeout(C);let[e,r]=await(x??=new Promise((e,r)=>(async()=>{if(w){if(await u(T),!S)return x=void 0,r({code:1e3,reason:`All Subscriptions Gone`});T++}y.emit(`connecting`,w);let i=new v(typeof t==`function`?await t():t,`graphql-transport-ws`),a,l;function d(){isFinite(o)&&o>0&&(clearTimeout(l),l=setTimeout(()=>{i.readyState===v.OPEN&&(i.send(Fn({type:J.Ping})),y.emit(`ping`,!1,void 0))},o))}b(e=>{x=void 0,clearTimeout(a),clearTimeout(l),r(e),e instanceof Ln&&(i.close(4499,`Terminated`),i.onerror=null,i.onclose=null)}),i.onerror=e=>y.emit(`error`,e),i.onclose=e=>y.emit(`closed`,e),i.onopen=async()=>{try{y.emit(`opened`,i);let e=typeof n==`function`?await n():n;if(i.readyState!==v.OPEN)return;i.send(Fn(e?{type:J.ConnectionInit,payload:e}:{type:J.ConnectionInit},h)),isFinite(c)&&c>0&&(a=setTimeout(()=>{i.close(q.ConnectionAcknowledgementTimeout,`Connection acknowledgement timeout`)},c)),d()}catch(e){y.emit(`error`,e),i.close(q.InternalClientError,Mn(e instanceof Error?e.message:String(e),`Internal client error`))}};let f=!1;i.onmessage=({data:t})=>{try{let n=Pn(t,g);if(y.emit(`message`,n),n.type===`ping`||n.type===`pong`){y.emit(n.type,!0,n.payload),n.type===`pong`?d():s||(i.send(Fn(n.payload?{type:J.Pong,payload:n.payload}:{type:J.Pong},h)),y.emit(`pong`,!1,n.payload));return}if(f)return;if(n.type!==J.ConnectionAck)throw Error(`First message cannot be of type ${n.type}`);clearTimeout(a),f=!0,y.emit(`connected`,i,n.payload,w),w=!1,T=0;let r=new Promise((e,t)=>b(t));r.catch(()=>{}),e([i,r])}catch(e){i.onmessage=null,y.emit(`error`,e),i.close(q.BadResponse,Mn(e instanceof Error?e.message:String(e),`Bad response`))}}})()));e.readyState===v.CLOSING&&await r;let i=()=>{},l=new Promise(e=>i=e);return[e,i,new Promise((t,n)=>{let i=b(n);e.readyState!==v.OPEN&&r.catch(n),l.then(()=>{if(i(),!S){let t=()=>e.close(1e3,`Normal Closure`);isFinite(a)&&a>0?(clearTimeout(C),C=setTimeout(()=>{!S&&e.readyState===v.OPEN&&t()},a)):t()}t()})})]}function ee(e){if(Rn(e)&&(zn(e.code)||[q.InternalServerError,q.InternalClientError,q.BadRequest,q.BadResponse,q.Unauthorized,q.SubprotocolNotAcceptable,q.SubscriberAlreadyExists,q.TooManyInitialisationRequests].includes(e.code)))throw e;if(E)return!1;if(Rn(e)&&e.code===1e3)return S>0;if(!l||T>=l||!d(e))throw e;return w=!0}r||(async()=>{for(S++;;)try{let[,,e]=await D();await e}catch(e){try{if(!ee(e))return}catch(e){return i?.(e)}}})();function te(e,t){let n=m(e),r=!1,i=!1,a=()=>{S--,r=!0};return(async()=>{for(S++;;)try{let[o,s,c]=await D();if(r)return c.catch(()=>{}),s();let l=y.onMessage(n,e=>{switch(e.type){case J.Next:t.next(e.payload);return;case J.Error:i=!0,r=!0,t.error(e.payload),a();return;case J.Complete:r=!0,a();return}});o.send(Fn({id:n,type:J.Subscribe,payload:e},h)),a=()=>{!r&&o.readyState===v.OPEN&&o.send(Fn({id:n,type:J.Complete},h)),S--,r=!0,s()},await c.finally(l);return}catch(e){if(!ee(e))return}})().then(()=>{i||t.complete()}).catch(e=>{t.error(e)}),()=>{r||a()}}return{on:y.on,subscribe:te,iterate(e){let t=[],n={done:!1,error:null,resolve:()=>{}},r=te(e,{next(e){t.push(e),n.resolve()},error(e){n.done=!0,n.error=e,n.resolve()},complete(){n.done=!0,n.resolve()}}),i=async function*(){for(;;){for(t.length||await new Promise(e=>n.resolve=e);t.length;)yield t.shift();if(n.error)throw n.error;if(n.done)return}}();return i.throw=async e=>(n.done||(n.done=!0,n.error=e,n.resolve()),{done:!0,value:void 0}),i.return=async()=>(r(),{done:!0,value:void 0}),i},async dispose(){if(E=!0,x){let[e]=await x;e.close(1e3,`Normal Closure`)}},terminate(){x&&y.emit(`closed`,new Ln)}}}var Ln=class extends Error{name=`TerminatedCloseEvent`;message=`4499: Terminated`;code=4499;reason=`Terminated`;wasClean=!1};function Rn(e){return An(e)&&`code`in e&&`reason`in e}function zn(e){return![1e3,1001,1006,1005,1012,1013,1014].includes(e)&&e>=1e3&&e<=1999}function Bn(e){return typeof e==`function`&&`constructor`in e&&`CLOSED`in e&&`CLOSING`in e&&`CONNECTING`in e&&`OPEN`in e}var Vn=new URL(`./graphql`,document.baseURI).href,Y=class extends Error{code;constructor(e,t){super(e),this.code=t}};async function Hn(e,t,n){let r=U.value,{data:i,errors:a}=await Wn(await Un(JSON.stringify({query:e.toString(),variables:t}),r,n)),o=a?.[0];if(o!==void 0||i==null){let e=new Y(o?.message??`The answer was empty.`,o?.extensions?.code??`UNKNOWN`);throw e.code===`UNAUTHENTICATED`&&cn(r),e}return i}async function Un(e,t,n){let r={"content-type":`application/json`,accept:`application/graphql-response+json, application/json;q=0.9`};t!==null&&(r.authorization=`Bearer ${t}`);try{return await fetch(Vn,{method:`POST`,headers:r,body:e,...n&&{signal:n}})}catch(e){throw n?.aborted?e:new Y(`The server does not answer.`,`UNREACHABLE`)}}async function Wn(e){try{return await e.json()}catch{throw new Y(`The server answered HTTP ${e.status}, and no GraphQL.`,`UNREACHABLE`)}}var Gn=[250,500,1e3,2e3,5e3,1e4],Kn=[`SLOW_CONSUMER`,`MISSED_CHANGES`,`GOING_AWAY`,`UNAVAILABLE`],qn=class{bearer;isOpen=!1;client;constructor(e){this.bearer=e,this.client=In({url:Vn.replace(/^http/,`ws`),connectionParams:e===null?{}:{authorization:`Bearer ${e}`},retryAttempts:0,lazyCloseTimeout:2e3,keepAlive:2e4,on:{connected:()=>this.isOpen=!0,closed:()=>this.isOpen=!1}})}subscribe(e,t,n){let r=!1,i=this.client.on(`connected`,n.opened),a=e=>{r||(r=!0,i(),e!==null&&n.ended(e))};this.isOpen&&n.opened();let o=this.client.subscribe({query:e,variables:t},{next:({data:e,errors:t,extensions:i})=>{t===void 0?r||n.next(e,i?.cursor):a(Xn(t))},error:e=>a(Array.isArray(e)?Xn(e):Zn(e)),complete:()=>a({expired:!1})});return()=>{a(null),o()}}},Jn;function Yn(e,t,n){let r=e.toString().includes(`$after`),i,a=0,o=()=>{},s=()=>{n.state?.(`connecting`),Jn?.bearer!==U.peek()&&(Jn=new qn(U.peek()));let c=r&&i!==void 0?{...t,after:i}:t;o=Jn.subscribe(e.toString(),c,{opened:()=>n.state?.(`open`),next:(e,t)=>{a=0,i=t??i,n.next(e)},ended:e=>{if(`problem`in e)return n.failed?.(e.problem);n.state?.(`broken`),e.expired&&(i=void 0),i!==void 0&&r||n.gap?.();let t=setTimeout(s,Gn[Math.min(a++,Gn.length-1)]);o=()=>clearTimeout(t)}})};return s(),()=>o()}function Xn(e){let t=String(e[0]?.extensions?.code??`UNKNOWN`);return t===`CURSOR_EXPIRED`?{expired:!0}:Kn.includes(t)?{expired:!1}:{problem:new Y(e[0]?.message??`The API ended the subscription.`,t)}}function Zn(e){let{code:t,reason:n}=e??{};return t===4401||t===4403?{problem:new Y(n||`The token was refused.`,`UNAUTHENTICATED`)}:t===4400||t===4406?{problem:new Y(n||`The API refused.`,`BAD_REQUEST`)}:{expired:!1}}var Qn=1500;function $n({where:e,admits:t},n){let[,r]=j(0),[i,a]=j(`connecting`),[o,s]=j(),[c,l]=j(0),u=je(void 0),d=U.value,f=()=>({tail:new rn(()=>r(e=>e+1)),since:Date.now(),last:void 0});return u.current??=f(),M(()=>{if(W.value)return;let n=u.current=f(),i=new er(e=>u.current.last=e);s(void 0),r(e=>e+1);let o=Yn(bn,{where:e},{next:({eventReceived:e})=>{i.arrived(Date.parse(e.receivedAt)),t(e)&&n.tail.add(e)},state:e=>{i.connection(e),a(e)},gap:()=>i.gap(),failed:s});return()=>{o(),n.tail.stop()}},[n,d,c]),{...u.current,connection:i,problem:o,again:()=>l(e=>e+1)}}var er=class{tell;brokenAt;lost=!1;silent=!1;last;leastDelay=1/0;constructor(e){this.tell=e}connection(e){e===`broken`&&(this.brokenAt??=(this.silent?this.last?.from:void 0)??Date.now()),e===`open`&&this.brokenAt!==void 0&&(this.last={from:this.brokenAt,to:Date.now(),resumed:!this.lost,caughtUp:0},this.tell(this.last),this.brokenAt=void 0,this.lost=!1,this.silent=!0)}gap(){this.lost=!0}arrived(e){this.silent=!1;let t=Date.now()-e;this.last?.resumed&&t>this.leastDelay+Qn&&e<this.last.to-this.leastDelay&&(this.last={...this.last,caughtUp:this.last.caughtUp+1},this.tell(this.last)),this.leastDelay=Math.min(this.leastDelay,t)}};function tr({count:e,precision:t}){return e.toLocaleString(`en`)+(t===`AT_LEAST`?`+`:``)}function nr(e,t,n){let r=`eds.${e}`,i=null;try{i=localStorage.getItem(r)}catch{}let a=et(i!==null&&n(i)?i:t);return ut(()=>{try{localStorage.setItem(r,a.value)}catch{}}),a}var rr=(...e)=>t=>e.includes(t),ir=nr(`theme`,`auto`,rr(`auto`,`light`,`dark`)),ar=nr(`times`,`relative`,rr(`relative`,`absolute`)),or=Intl.DateTimeFormat().resolvedOptions().timeZone,sr=[...new Set([`UTC`,or,...Intl.supportedValuesOf(`timeZone`)])],X=nr(`zone`,or,e=>sr.includes(e));ut(()=>{ir.value===`auto`?delete document.documentElement.dataset.theme:document.documentElement.dataset.theme=ir.value});var cr=/^[=+\-@\t\r]/;function lr(e){return`${e.map(ur).join(`,`)}\r\n`}function ur(e){if(e==null)return``;let t=typeof e==`string`&&cr.test(e)?`'${e}`:String(e);return/[",\r\n]/.test(t)?`"${t.replaceAll(`"`,`""`)}"`:t}function dr(e){return`${JSON.stringify(e)}\n`}var fr=[[`d`,86400],[`h`,3600],[`m`,60],[`s`,1]],pr=new Map;function mr(e){if(e<1e4)return`${+(e/1e3).toPrecision(2)} s`;let t=Math.round(e/1e3),n=fr.findIndex(([,e])=>t>=e),r=[];for(let[e,i]of fr.slice(n,n+2)){let n=Math.floor(t/i);t-=n*i,n>0&&r.push(`${n} ${e}`)}return r.join(` `)}function hr(e,t){let n=Math.round(Math.abs(t-e)/1e3);if(n<1)return`now`;let[r,i]=fr.find(([,e])=>n>=e)??[`s`,1],a=`${Math.floor(n/i)} ${r}`;return e<=t?`${a} ago`:`in ${a}`}function gr(e,t,n=!1){let r=Object.fromEntries(vr(t,n).formatToParts(e).map(({type:e,value:t})=>[e,t])),i=`${r.year}-${r.month}-${r.day}`,a=`${r.hour}:${r.minute}:${r.second}`;return n?`${i} ${a}.${r.fractionalSecond} ${r.timeZoneName}`:`${i} ${a}`}function _r(e,t){let n=Date.parse(`${t}Z`);if(Number.isNaN(n))return;let r=t=>Date.parse(`${gr(t,e).replace(` `,`T`)}Z`)-t,i=Math.floor(n/1e3)*1e3;return i-r(i-r(i))}function vr(e,t){let n=`${e} ${t}`,r=pr.get(n);return r===void 0&&(r=new Intl.DateTimeFormat(`en-GB`,{timeZone:e,year:`numeric`,month:`2-digit`,day:`2-digit`,hour:`2-digit`,minute:`2-digit`,second:`2-digit`,hourCycle:`h23`,...t&&{fractionalSecondDigits:3,timeZoneName:`short`}}),pr.set(n,r)),r}var yr=200,br={csv:`text/csv;charset=utf-8`,jsonl:`application/jsonl`};async function xr(e,t,n){let r=[],i=0;for await(let a of Sr(e,n)){let n=a.map(e.format===`csv`?e=>lr(Object.values(e)):dr);i===0&&e.format===`csv`&&a[0]&&n.unshift(lr(Object.keys(a[0]))),r.push(new Blob(n)),i+=a.length,t(i)}return new Blob(r,{type:br[e.format]})}async function*Sr({search:e,direction:t,events:n},r){let i=null;do{let a={search:e,direction:t,first:yr,after:i},{nodes:o,next:s}=await(n?wr(a,r):Cr(a,r));yield o,i=s}while(i!==null)}async function Cr(e,t){let{rows:n}=await Hn(vn,e,t);return{nodes:n.nodes.map(Dr),next:Tr(n.pageInfo)}}async function wr(e,t){let{rows:n}=await Hn(yn,e,t);return{nodes:n.nodes.map(Or),next:Tr(n.pageInfo)}}function Tr({hasNextPage:e,endCursor:t}){return e?t??null:null}function Er(e,t){return{[e]:t,[`${e} (${X.peek()})`]:gr(Date.parse(t),X.peek())}}function Dr(e){return{tracking_id:e.trackingId,recipient:e.recipient,status:e.phase.toLowerCase(),...Er(`last_event_at`,e.lastEventAt),phase_at:e.phaseAt,category:e.classification?.category,class:e.classification?.kind.toLowerCase(),resp_code:e.lastResponse?.code,enhanced_code:e.lastResponse?.enhancedCode,resp_msg:e.lastResponse?.message,tries:e.tries,sender_id:e.senderId,mail_from:e.mailFrom,first_event_at:e.firstEventAt,delivered_at:e.deliveredAt,bounced_at:e.bouncedAt,opened_at:e.openedAt,clicked_at:e.clickedAt,complained_at:e.complainedAt,unsubscribed_at:e.unsubscribedAt,events:e.eventCount}}function Or(e){return{tracking_id:e.trackingId,recipient:e.recipient,kind:e.kind.toLowerCase(),...Er(`occurred_at`,e.occurredAt),received_at:e.receivedAt,event_code:e.eventCode,event_label:e.eventLabel,resp_class:e.respClass,resp_code:e.respCode,resp_msg:e.respMsg,status:e.status,tries:e.tries,sender_id:e.senderId,mail_from:e.mailFrom,source:e.source,event_id:e.eventId,partition:e.partition,offset:e.offset}}function kr({search:e,events:t,oldest:n}){let[r,i]=j(),a=je(void 0);M(()=>()=>a.current?.abort(),[]);let o=async r=>{let o=a.current=new AbortController;i({rows:0,ending:o});let s={search:e,events:t,format:r,direction:n?`ASC`:`DESC`};try{Ar(await xr(s,e=>i({rows:e,ending:o}),o.signal),`${t?`events`:`mail`}-${new Date().toISOString().slice(0,19).replaceAll(`:`,``)}Z.${r}`),i({said:`Saved`})}catch(e){if(!o.signal.aborted&&!(e instanceof Y))throw e;i({said:e instanceof Y?`Not saved: ${e.message}`:`Not saved`})}};return r&&`rows`in r?V(`span`,{class:`export`,role:`group`,"aria-label":`Export`,children:[V(`progress`,{"aria-label":`Export`}),V(`span`,{children:[r.rows.toLocaleString(`en`),` rows`]}),V(`button`,{type:`button`,onClick:()=>r.ending.abort(),children:`Cancel`})]}):V(`span`,{class:`export`,role:`group`,"aria-label":`Export`,children:[V(`span`,{role:`status`,children:r?.said??`Export`}),V(`button`,{type:`button`,onClick:()=>o(`csv`),children:`CSV`}),V(`button`,{type:`button`,onClick:()=>o(`jsonl`),children:`JSONL`})]})}function Ar(e,t){let n=document.createElement(`a`);n.href=URL.createObjectURL(e),n.download=t,n.click(),setTimeout(()=>URL.revokeObjectURL(n.href),6e4)}var jr=[`delivered`,`deferred`,`bounced`,`queued`,`unknown`],Mr={after:void 0,before:void 0};function Nr({events:e,total:t,loading:n,children:r}){let{query:i}=F.value,a=i.q??``,o=i.order===`oldest`,s=(e,t,n)=>V(`a`,{"data-page":!0,href:L({...Mr,in:e,q:Pr(a,e)}),"aria-current":n?`true`:void 0,children:t});return V(`div`,{class:`list-bar`,children:[V(`div`,{class:`segments`,role:`group`,"aria-label":`Rows`,children:[s(void 0,`Mail`,!e),s(`events`,`Events`,e)]}),V(Ir,{search:a}),r,V(`span`,{class:`total`,role:`status`,"aria-busy":n,children:t&&`${tr(t)} ${Fr(e,t.count)}`}),V(`a`,{class:`button`,"data-page":!0,href:L({...Mr,order:o?void 0:`oldest`}),children:o?`↑ Oldest first`:`↓ Newest first`}),V(kr,{search:a,events:e,oldest:o},`${a} ${e}`)]})}function Pr(e,t){let n=R(e);if(n===null)return e;if(t===`events`)return z(n.filter(({key:e})=>e!==`category`&&e!==`class`));let r=e=>jr.includes(e.toLowerCase());return z(n.filter(({key:e,values:t})=>e!==`code`&&!(e===`status`&&!t.every(r))))}function Fr(e,t){return e?t===1?`event`:`events`:t===1?`recipient`:`recipients`}function Ir({search:e}){let t=R(e)??[];return t.length===0?null:V(`ul`,{class:`chips`,"aria-label":`Terms of the search`,children:t.flatMap(({key:t,values:n,negated:r})=>n.map(n=>V(`li`,{children:[V(`span`,{children:[r&&`not `,t,` `,V(`b`,{children:n})]}),V(`a`,{"data-page":!0,href:L({...Mr,q:Ft(e,t,n,r)}),"aria-label":`Drop ${r?`-`:``}${t}:${n}`,children:V(H,{name:`close`})})]},`${r}${t}:${n}`)))})}var Lr={UNKNOWN:`No event said how far it is`,QUEUED:`Accepted for sending`,DEFERRED:`Refused for now; the sender tries again`,DELIVERED:`The recipient's server took it`,BOUNCED:`It will not arrive`,COMPLAINED:`The recipient called it spam`,UNSUBSCRIBED:`The recipient wants no more of it`,OPENED:`The mail was displayed`,CLICKED:`A link of the mail was followed`};function Rr(e){return e.charAt(0)+e.slice(1).toLowerCase()}function zr({of:e,large:t=!1}){let n=e.toLowerCase();return V(`span`,{class:`mark ${n} ${t?`large`:``}`,title:Lr[e],children:[V(H,{name:n}),Rr(e)]})}var Br=2e3,Vr=et(``);async function Hr(e){try{return await navigator.clipboard.writeText(e),!0}catch{return Wr(e)}}async function Ur(e){Vr.value=await Hr(e)?`Copied ${e}`:`This browser does not allow copying`,setTimeout(()=>Vr.value=``,Br)}function Wr(e){let t=document.createElement(`textarea`),n=document.activeElement;t.value=e,t.className=`unseen`,document.body.append(t),t.select();let r=document.execCommand(`copy`);return t.remove(),n instanceof HTMLElement&&n.focus(),r}function Gr({text:e,label:t,children:n}){let[r,i]=j(``);return V(`button`,{type:`button`,class:`copy`,title:t,"aria-label":n?void 0:t,onClick:async()=>{i(await Hr(e)?`Copied`:`Not allowed`),setTimeout(()=>i(``),1500)},children:[V(H,{name:r===`Copied`?`done`:`copy`}),n&&V(`span`,{children:n}),V(`span`,{role:`status`,class:n?`unseen`:`said`,children:r})]})}function Kr({text:e,label:t}){return V(`div`,{class:`shell-line`,children:[V(`pre`,{tabIndex:0,children:e}),V(Gr,{text:e,label:t})]})}var qr=et(Date.now());function Jr(){setInterval(()=>{document.visibilityState===`visible`&&(qr.value=Date.now())},1e3),document.addEventListener(`visibilitychange`,()=>qr.value=Date.now())}function Z({at:e,form:t=ar.value}){let n=Date.parse(e),r=X.value,i=t===`relative`?hr(n,qr.value):gr(n,r);return V(`time`,{dateTime:e,title:`${gr(n,r,!0)}\n${e}`,children:i})}var Yr=et([]);function Xr(e){let t=je(e);t.current=e,M(()=>{let n=e.map(({key:e,says:n},r)=>({key:e,says:n,run:e=>t.current[r]?.run(e)}));return Yr.value=[...Yr.peek(),...n],()=>{Yr.value=Yr.peek().filter(e=>!n.includes(e))}},[])}function Zr(){addEventListener(`keydown`,e=>{if(e.defaultPrevented||e.ctrlKey||e.metaKey||e.altKey||Qr(e.target)||e.key===` `&&e.target instanceof Element&&e.target.matches(`button, summary`)||e.key===`Escape`&&document.querySelector(`:popover-open`))return;let t=Yr.peek().findLast(({key:t})=>t===e.key);t!==void 0&&(e.preventDefault(),t.run(e))})}function Qr(e){return e instanceof HTMLElement&&(e.isContentEditable||e.matches(`input, select, textarea`))}function $r(e){let t=[...document.querySelectorAll(`[data-row]`)],n=t.findIndex(e=>e.contains(document.activeElement)),r=n<0?t.at(e>0?0:-1):t[n+e];r?.focus(),r?.scrollIntoView({block:`nearest`})}var ei;function ti(e){ei=e}function ni(){let e=ei&&document.querySelector(`[data-row][data-id="${CSS.escape(ei)}"]`);e&&[null,document.body,document.querySelector(`main`)].includes(document.activeElement)&&e.focus(),ei=void 0}function ri(){let e=document.activeElement?.closest(`[data-id]`)?.dataset.id;e&&Ur(e)}var ii="${EDS_GATEWAY:-http://127.0.0.1:8080}/api/SMTP",ai=`{"tracking_id":"first-message","rcpt_to":"ada@example.org","event_code":103,"event_label":"delivered","resp_code":250,"resp_msg":"250 2.0.0 OK","sender_id":1}`;function oi(e=ai){return`curl -sS "${ii}" -H 'Content-Type: application/json' -d '[${e.replaceAll(`'`,`'\\''`)}]'`}var si={s:1e3,m:6e4,h:36e5,d:864e5,w:6048e5},ci=[`delivered`,`deferred`,`bounced`,`queued`,`opened`,`clicked`,`complained`,`unsubscribed`,`unknown`];function li(e,t,n){let r=t=>e.find(e=>e.key===t&&!e.negated)?.values??[],i=e=>t.includes(e)?r(e):[],a=i(`status`).map(e=>e.toUpperCase()),[o,s]=[i(`domain`),i(`category`)],c=i(`sender`).filter(e=>/^-?\d+$/.test(e)),[l,u]=[ui(r(`after`)[0],n),ui(r(`before`)[0],n)];return{...a.length>0&&{kinds:a},...o.length===1&&{recipientDomain:o[0]??null},...s.length===1&&{category:s[0]??null},...c.length>0&&{senderIds:c.map(Number)},...(l||u)&&{occurredAt:{...l&&{gte:l},...u&&{lt:u}}}}}function ui(e,t){if(e===void 0)return;let n=/^(\d{1,9})([smhdw])$/.exec(e),r=Math.floor(t/6e4)*6e4,i=n?r-Number(n[1])*(si[n[2]??`s`]??0):Date.parse(e);return Number.isNaN(i)?void 0:new Date(Math.max(i,0)).toISOString()}function di(e,t){let n=R(e);if(n===null)return`A term is not key:value, or a quote in it has no end.`;for(let{key:e,values:r}of n){if(e===`category`||e===`class`)return`Events have no category of their own: follow them by status: and domain:.`;let n=e===`status`&&r.find(e=>!ci.includes(e.toLowerCase()));if(n)return`“${n}” is not one of ${ci.join(`, `)}.`;if((e===`sender`||e===`code`)&&r.some(e=>!/^-?\d+$/.test(e)))return`${e}: takes whole numbers.`;if((e===`after`||e===`before`)&&ui(r[0],t)===void 0)return`“${r[0]}” is no time.`}let r=n.filter(fi),i=n.filter(e=>!fi(e));return{where:pi(r,t),admits:e=>i.every(n=>mi(n,e,t)!==n.negated)}}function fi({key:e,values:t,negated:n}){return!n&&(t.length===1||![`to`,`domain`].includes(e))}function pi(e,t){let n=(...t)=>e.filter(({key:e})=>t.includes(e)).flatMap(e=>e.values),[r,i]=[n(`to`)[0],n(`domain`)[0]],[a,o,s,c]=[n(`id`,`msgid`),n(`status`),n(`code`),n(`sender`)],[l,u]=[ui(n(`after`)[0],t),ui(n(`before`)[0],t)];return{...r!==void 0&&{recipient:r},...i!==void 0&&{recipientDomain:i},...a.length>0&&{trackingIds:a},...o.length>0&&{kinds:o.map(e=>e.toUpperCase())},...s.length>0&&{eventCodes:s.map(Number)},...c.length>0&&{senderIds:c.map(Number)},...(l||u)&&{occurredAt:{...l&&{gte:l},...u&&{lt:u}}}}}function mi({key:e,values:t},n,r){let i=n.recipient?.toLowerCase()??``;return t.some(t=>{switch(e){case`to`:return i===t.toLowerCase();case`domain`:return i.endsWith(`@${t.toLowerCase().replace(/^@/,``)}`);case`status`:return n.kind===t.toUpperCase();case`code`:return n.eventCode===Number(t);case`sender`:return n.senderId===Number(t);case`after`:return Date.parse(n.occurredAt)>=Date.parse(ui(t,r)??``);case`before`:return Date.parse(n.occurredAt)<Date.parse(ui(t,r)??``);default:return n.trackingId===t}})}var hi=[`DELIVERED`,`BOUNCED`,`DEFERRED`,`QUEUED`,`OPENED`,`CLICKED`,`COMPLAINED`,`UNSUBSCRIBED`,`UNKNOWN`];function gi({search:e,followed:t,held:n,hold:r}){let{tail:i}=t;return V(`div`,{class:`live-bar`,children:[V(`div`,{class:`list-bar`,children:[V(vi,{followed:t,held:n}),V(xi,{tail:i}),V(Ir,{search:e}),V(`span`,{class:`buttons`,children:[i.rows.length>0&&V(`button`,{type:`button`,class:`plain`,onClick:()=>i.clear(),title:`Clear the list: x`,children:`Clear`}),V(`button`,{type:`button`,class:`hold`,"aria-pressed":n!==null,onClick:()=>r(`reader`,n===null),title:`Space`,children:[V(H,{name:n===null?`pause`:`next`}),n===null?`Pause`:`Go on${i.waitingCount>0?`: ${_i(i)}`:``}`]})]})]}),V(Si,{tail:i,search:e,since:t.since})]})}function _i({waitingCount:e}){let t=e.toLocaleString(`en`);return e>1e3?`${t} new, the last ${en.toLocaleString(`en`)} of them kept`:`${t} new`}function vi({followed:{connection:e},held:t}){let[n,r,i]=bi(e,t);return V(`span`,{class:`badge ${n}`,role:`status`,children:[V(H,{name:r}),i]})}var yi={reader:`Paused`,focus:`Paused while a row has the focus`,scroll:`Paused while you read below`};function bi(e,t){return e===`broken`?[`broken`,`warning`,`Connection lost: trying again`]:e===`connecting`?[`connecting`,`clock`,`Connecting`]:t===null?[`live`,`live`,`Live`]:[`held`,`pause`,yi[t]]}function xi({tail:e}){qr.value;let t=e.lastSeconds(),n=Math.max(...t,1),r=e.rate();return V(`span`,{class:`rate`,title:`At most ${n} in one of the last 60 seconds`,children:[V(`b`,{children:r>=10?Math.round(r).toLocaleString(`en`):+r.toFixed(1)}),` a second`,V(`svg`,{class:`spark`,viewBox:`0 0 120 20`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:V(`path`,{d:t.map((e,t)=>e>0?`M${t*2+.75} 20V${(20-e/n*19).toFixed(1)}`:``).join(``)})})]})}function Si({tail:e,search:t,since:n}){if(qr.value,e.count===0)return null;let r=Math.floor((qr.value-n)/6e4);return V(`div`,{class:`kinds`,children:[V(`span`,{class:`quiet`,children:[e.count.toLocaleString(`en`),` `,e.count===1?`event`:`events`,` in `,r<1?`this minute`:`${r} min`]}),hi.map(n=>{let r=e.kinds.get(n);return r!==void 0&&V(`a`,{"data-page":!0,href:L({q:Pt(t,`status`,n.toLowerCase())}),children:[V(zr,{of:n}),` `,r.toLocaleString(`en`)]},n)})]})}var Ci=8,wi=6e4,Ti={wide:2.5,narrow:4.2};function Ei({rows:e,hold:t}){let n=je(null),[{first:r,count:i,height:a},o]=j({first:0,count:40,height:35});Ae(()=>{let e=()=>{let e=Di(n.current?.getBoundingClientRect().top??0);o(t=>t.first===e.first&&t.count===e.count&&t.height===e.height?t:e),t(`scroll`,window.scrollY>2*e.height)};return e(),addEventListener(`scroll`,e,{passive:!0}),addEventListener(`resize`,e),()=>{removeEventListener(`scroll`,e),removeEventListener(`resize`,e)}},[]),M(()=>()=>(t(`focus`,!1),t(`scroll`,!1)),[]);let s=Math.min(r,Math.max(e.length-i,0)),c=e.slice(s,s+i);return V(`ol`,{ref:n,class:`rows tail`,"aria-label":`Events, newest first`,style:{height:`${e.length*a+2}px`,paddingTop:`${s*a}px`},onFocusIn:e=>t(`focus`,e.target.matches(`:focus-visible`)),onFocusOut:()=>t(`focus`,!1),onPointerDown:()=>t(`focus`,!0),onPointerUp:()=>setTimeout(()=>t(`focus`,!1),0),onPointerCancel:()=>t(`focus`,!1),children:c.map((t,n)=>V(Oi,{row:t,place:s+n+1,count:e.length},t.key))})}function Di(e){let t=parseFloat(getComputedStyle(document.documentElement).fontSize),n=Math.round((matchMedia(`(max-width: 52rem)`).matches?Ti.narrow:Ti.wide)*t);return{first:Math.max(Math.floor(-e/n)-Ci,0),count:Math.ceil(innerHeight/n)+16,height:n}}function Oi({row:{event:e},place:t,count:n}){let r=Date.parse(e.receivedAt)-Date.parse(e.occurredAt);return V(`li`,{"aria-posinset":t,"aria-setsize":n,children:V(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:I(`message`,{id:e.trackingId??void 0,event:e.id}),children:[V(zr,{of:e.kind}),V(`span`,{class:`who`,children:V(`span`,{class:`cut`,children:e.recipient??V(`i`,{children:`no recipient named`})})}),V(`span`,{class:`why`,children:[e.eventCode!=null&&V(`b`,{children:e.eventCode}),V(`span`,{class:`cut`,children:e.respMsg??e.eventLabel}),r>=wi&&V(`span`,{class:`oddity`,children:[mr(r),` late`]})]}),V(`code`,{class:`id cut`,children:e.trackingId??`no tracking id`}),V(Z,{at:e.receivedAt})]})})}var ki=10;function Ai(){let e=F.value.query.q??``;Qt(`Live`);let t=di(e,Date.now());return V(`section`,{class:`live`,"aria-label":`Live`,children:[V(`h1`,{class:`unseen`,children:`Live`}),typeof t==`string`?V(x,{children:[V(Ir,{search:e}),V(Xt,{problem:new Y(t,`BAD_USER_INPUT`),again:()=>{}})]}):V(ji,{search:e,filter:t},e)]})}function ji({search:e,filter:t}){let n=$n(t,e),{tail:r,problem:i}=n,[a,o]=Mi(r);return Xr([{key:` `,says:`pause, and go on`,run:()=>o(`reader`,a===null)},{key:`c`,says:`copy the row's tracking id`,run:ri},{key:`x`,says:`clear the list`,run:()=>r.clear()}]),i?V(Xt,{problem:i,again:n.again}):V(x,{children:[V(gi,{search:e,followed:n,held:a,hold:o}),V(Ni,{tail:r,paused:a!==null}),V(Pi,{followed:n,search:e}),r.rows.length>0?V(Ei,{rows:r.rows,hold:o}):V(Fi,{search:e,tail:r}),r.rows.length>=1e3&&V(`p`,{class:`quiet ending`,children:[`The newest `,1e3.toLocaleString(`en`),` are kept here. `,V(`a`,{"data-page":!0,href:I(``,{q:e,in:`events`}),children:`All of them as a list`})]})]})}function Mi(e){let[t,n]=j(new Set);return M(()=>e.hold(t.size>0),[e,t]),[t.has(`reader`)?`reader`:t.has(`focus`)?`focus`:t.has(`scroll`)?`scroll`:null,(e,t)=>n(n=>{if(e===`reader`&&!t)return n.has(`scroll`)&&window.scrollTo(0,0),n.has(`focus`)&&document.activeElement?.blur(),new Set;if(n.has(e)===t)return n;let r=new Set(n);return t?r.add(e):r.delete(e),r})]}function Ni({tail:e,paused:t}){let[n,r]=j(``);return M(()=>{let n=new Map(e.kinds),i=e.count,a=setInterval(()=>{let a=e.count-i,o=[...e.kinds].map(([e,t])=>[Rr(e).toLowerCase(),t-(n.get(e)??0)]);if(n=new Map(e.kinds),i=e.count,a===0||t)return;let s=o.filter(([,e])=>e>0).map(([e,t])=>`${t} ${e}`);r(`${a} ${a===1?`event`:`events`} in the last ${ki} seconds: ${s.join(`, `)}`)},ki*1e3);return()=>clearInterval(a)},[e,t]),V(`p`,{class:`unseen`,role:`status`,children:n})}function Pi({followed:{last:e},search:t}){let[n,r]=j();if(e===void 0||n===e.from)return null;let i=e=>new Date(e).toISOString(),a=Pt(Pt(t,`after`,i(e.from-1e3)),`before`,i(e.to+1e3));return V(`p`,{class:`break-line ${e.resumed?``:`warn`}`,role:`status`,children:[V(H,{name:e.resumed?`done`:`warning`}),V(`span`,{children:[`The connection was away for `,mr(Math.max(e.to-e.from,100)),`, at `,V(Z,{at:i(e.from),form:`absolute`}),`.`,` `,e.resumed?e.caughtUp>0?`${e.caughtUp.toLocaleString(`en`)} events that came meanwhile were brought afterwards: none is missing.`:`It went on behind the last event: none is missing.`:V(x,{children:[`What came meanwhile is not below. `,V(`a`,{"data-page":!0,href:I(``,{q:a,in:`events`}),children:`See those events`})]})]}),V(`button`,{type:`button`,class:`plain`,"aria-label":`Close`,onClick:()=>r(e.from),children:V(H,{name:`close`})})]})}function Fi({search:e,tail:t}){return t.count>0?V(Gt,{icon:`done`,title:`The list is cleared`,children:V(`p`,{class:`quiet`,children:`What comes next is shown here.`})}):V(Gt,{icon:`clock`,title:`Waiting for events`,children:e?V(x,{children:[V(`p`,{children:`The next event that your search admits is shown here the moment it arrives.`}),V(`p`,{class:`choices`,children:[V(`a`,{class:`button`,"data-page":!0,href:L({q:void 0}),children:`Follow all events`}),V(`a`,{class:`button`,"data-page":!0,href:I(``,{q:e,in:`events`}),children:`See the earlier ones`})]})]}):V(x,{children:[V(`p`,{children:`As soon as a mail server reports something, it is here. To post a notification yourself:`}),V(Kr,{text:oi(),label:`Copy the command`}),V(`p`,{children:V(`a`,{"data-page":!0,href:I(``,{in:`events`}),children:`See the earlier ones`})})]})})}var Ii=40,Li=new Map;function Ri(e,t){Li.delete(e),Li.set(e,t);let n=Li.size>Ii?Li.keys().next().value:void 0;n!==void 0&&Li.delete(n)}function zi(e){return Li.has(e)?{data:Li.get(e),question:e}:{}}function Q(e,t,{everyMs:n,version:r}={}){let i=U.value,a=t===null?``:JSON.stringify([e.toString(),t,i]),[o,s]=j(()=>zi(a)),[c,l]=j(0),u=t===null?null:JSON.stringify([a,c,r]);return M(()=>{if(t===null||u===null)return;let r=new AbortController;Li.has(a)&&s(e=>e.question===a?e:zi(a));let i=0,o=()=>{window.document.hidden?window.document.addEventListener(`visibilitychange`,o,{once:!0,signal:r.signal}):l(e=>e+1)};return Hn(e,t,r.signal).then(e=>{Ri(a,e),s({data:e,question:a,of:u})}).catch(e=>{if(!r.signal.aborted){if(!(e instanceof Y))throw e;s(t=>({...t,problem:e,of:u}))}}).finally(()=>{n!==void 0&&!r.signal.aborted&&(i=window.setTimeout(o,n))}),()=>{r.abort(),clearTimeout(i)}},[e,u,n]),{data:o.data,problem:o.problem,loading:u!==null&&o.of!==u,again:()=>l(e=>e+1)}}var Bi=/^\s*(\d{3}(?:[ -]|$))?\s*([245]\.\d{1,3}\.\d{1,3})?/;function Vi({code:e,enhancedCode:t,message:n,kind:r}){let i=n??``,[a=``,o,s]=Bi.exec(i)??[],c=[o===void 0?e:null,s===void 0?t:null,a.trim()].filter(e=>e!=null&&e!==``).join(` `);return V(`p`,{class:`reply`,children:[c&&V(`b`,{children:c}),V(`span`,{children:i.slice(a.length).trim()||!c&&`no reply text`}),r!=null&&V(`small`,{title:`resp_class, the sender's own class of the reply`,children:[`class `,r]})]})}function Hi({message:e,more:t}){let{nodes:n,pageInfo:r}=e.deliveries,i=F.value.query.to,a=e.deliveryCounts.total;return V(`section`,{"aria-labelledby":`deliveries`,children:[V(`h2`,{id:`deliveries`,children:[a===1?`Recipient`:`${a.toLocaleString(`en`)} recipients`,a>1&&V(Ui,{message:e})]}),V(`ul`,{class:`deliveries`,children:n.map(e=>V(Wi,{delivery:e,several:a>1,chosen:i===e.recipient},e.id))}),r.hasNextPage&&(n.length<200?V(`a`,{class:`button`,"data-page":!0,href:t,children:`More recipients`}):V(`a`,{class:`button`,"data-page":!0,href:I(``,{q:It(`id`,e.trackingId)}),children:[`All `,a.toLocaleString(`en`),` recipients as a list`]}))]})}function Ui({message:{deliveryCounts:e}}){return V(`span`,{class:`counts`,children:[`DELIVERED`,`BOUNCED`,`DEFERRED`,`QUEUED`,`UNKNOWN`].map(t=>{let n=e[t.toLowerCase()];return n>0&&V(`span`,{children:[V(zr,{of:t}),` `,n.toLocaleString(`en`)]},t)})})}function Wi({delivery:e,several:t,chosen:n}){let{recipient:r,phase:i,phaseAt:a,tries:o,facts:s,lastResponse:c,classification:l}=e,u=r?.split(`@`).at(-1);return V(`li`,{class:`delivery ${t&&n?`chosen`:``}`,children:[V(`div`,{class:`line`,children:[V(zr,{of:i}),V(`b`,{class:`recipient`,children:r??`no recipient named`}),a&&V(Z,{at:a}),V(`span`,{class:`links`,children:[t&&r&&V(`a`,{"data-page":!0,href:L({to:n?void 0:r}),"aria-current":n?`true`:void 0,children:n?`All events`:`Its events`}),r&&V(`a`,{"data-page":!0,href:I(``,{q:It(`to`,r)}),children:`All mail to it`}),u&&V(`a`,{"data-page":!0,href:I(``,{q:It(`domain`,u)}),children:u})]})]}),c&&V(Vi,{...c,kind:c.class}),V(`dl`,{class:`pairs`,children:[l&&V(x,{children:[V($,{name:`Reason`,children:[V(`a`,{"data-page":!0,href:I(``,{q:It(`category`,l.category)}),children:l.category.replaceAll(`_`,` `)}),` `,`· `,l.kind.toLowerCase()]}),V($,{name:`Decided by the rule`,children:V(`code`,{children:l.rule})})]}),o!=null&&o>0&&V($,{name:`Tries before`,children:o}),s.filter(({kind:e})=>e!==i).toSorted((e,t)=>e.firstAt.localeCompare(t.firstAt)).map(({kind:e,firstAt:t,count:n})=>V($,{name:Rr(e),children:[V(Z,{at:t}),n>1&&` · ${n} times`]},e))]})]})}var Gi=6e4,Ki=[`QUEUED`,`DELIVERED`,`BOUNCED`];function qi(e,t){let n=t?e.toReversed():e,r=Xi(n),i=new Map,a=n.map((e,t)=>{let a=n[t-1],o=a?Date.parse(e.occurredAt)-Date.parse(a.occurredAt):0;return{event:e,gap:o>0?mr(o):null,oddities:[...Ji(e),...Yi(r.has(e)),...Zi(e,i)]}});return t?a.reverse():a}function Ji(e){let t=Date.parse(e.receivedAt)-Date.parse(e.occurredAt);return t<Gi?[]:[{name:`${mr(t)} late`,says:`So long after it happened it arrived`}]}function Yi(e){return e?[{name:`out of order`,says:`Events that happened later had arrived before it`}]:[]}function Xi(e){let t=new Set,n=new Map;for(let r of e.toReversed()){let e=n.get(r.partition)??1/0;e<r.offset&&t.add(r),n.set(r.partition,Math.min(e,r.offset))}return t}function Zi(e,t){let n=e.kind===`DEFERRED`?` ${e.tries} ${e.respMsg}`:``;if(n===``&&!Ki.includes(e.kind))return[];let r=`${e.kind} ${e.recipient}${n}`;return t.has(r)?[{name:`duplicate`,says:`The same was reported before for this recipient`}]:(t.set(r,e),[])}function Qi(e){let t=``,n=0,r=()=>`\n${`  `.repeat(n)}`;for(let[i]of e.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/g))if(i===`{`||i===`[`)n+=1,t+=i+r();else if(i===`}`||i===`]`){--n;let e=t.trimEnd();t=/[{[]$/.test(e)?e+i:t+r()+i}else t+=i===`,`?i+r():i===`:`?`: `:i;return t}function $i({event:e}){let[t,n]=j(!1),r=t?e.value:Qi(e.value);return V(`div`,{class:`raw`,children:[V(`dl`,{class:`pairs`,children:[V($,{name:`Topic`,children:V(`code`,{children:e.topic})}),V($,{name:`Partition`,children:e.partition}),V($,{name:`Offset`,children:e.offset}),V($,{name:`Key`,children:V(`code`,{children:e.key})}),V($,{name:`Event id`,children:V(`code`,{children:e.eventId})}),V($,{name:`Happened`,children:V(Z,{at:e.occurredAt,form:`absolute`})}),V($,{name:`Arrived`,children:V(Z,{at:e.receivedAt,form:`absolute`})})]}),V(`div`,{class:`tools`,children:[V(`div`,{class:`segments`,role:`group`,"aria-label":`How it is shown`,children:[V(`button`,{type:`button`,"aria-pressed":!t,onClick:()=>n(!1),children:`Pretty`}),V(`button`,{type:`button`,"aria-pressed":t,onClick:()=>n(!0),children:`Raw`})]}),V(Gr,{text:r,label:`Copy the event`,children:`Copy`}),V(Gr,{text:oi(e.value),label:`Copy a command that posts it again; that changes nothing`,children:`Copy as curl`})]}),V(`pre`,{tabIndex:0,"aria-label":`The event's value`,children:r})]})}function ea({step:{event:e,gap:t,oddities:n},several:r,alone:i=!1}){let a=F.value.query.event===e.id;return V(`li`,{class:`step ${e.kind.toLowerCase()} ${a?`open`:``}`,children:[t&&V(`span`,{class:`gap`,children:[`+`,t]}),V(`div`,{class:`line`,children:[V(zr,{of:e.kind}),V(Z,{at:e.occurredAt,form:`absolute`}),r&&e.recipient&&V(`span`,{class:`recipient`,children:e.recipient}),n.map(({name:e,says:t})=>V(`span`,{class:`oddity`,title:t,children:e},e)),!i&&V(`a`,{class:`links`,"data-row":!0,"data-page":!0,href:L({event:a?void 0:e.id}),children:[a?`Close`:`Raw`,V(`span`,{class:`unseen`,children:[` event `,e.eventId]})]})]}),V(na,{event:e}),a&&V($i,{event:e})]})}function ta(e){return typeof e==`string`?e:`${typeof e==`number`&&Math.abs(e)>2**53-1?`≈ `:``}${JSON.stringify(e)}`}function na({event:e}){let{respCode:t,respMsg:n,tries:r,extras:i,eventLabel:a,eventCode:o}=e,s=Object.entries(i??{}),c=[o,a].filter(e=>e!=null).join(` `);return V(x,{children:[(n||t!=null)&&V(Vi,{code:t,message:n}),V(`p`,{class:`quiet small`,children:[c&&V(`span`,{children:c}),r!=null&&r>0&&V(`span`,{children:[r===1?`1 try`:`${r} tries`,` before`]}),V(`span`,{children:[`from `,e.source]}),s.map(([e,t])=>V(`span`,{children:[e,`: `,V(`code`,{children:ta(t)})]},e))]})]})}function ra({id:e}){let{data:t,problem:n,again:r}=Q(Tn,W.value?null:{id:e});return n&&!t?V(Xt,{level:1,problem:n,again:r}):t?t.node?.__typename===`Event`?V(`section`,{"aria-label":`Event`,children:[V(`h1`,{children:`An event without a tracking id`}),V(`ol`,{class:`timeline`,children:qi([t.node],!1).map(t=>V(ea,{step:t,several:!0,alone:!0},e))})]}):V(Gt,{level:1,icon:`search`,title:`There is no such event`,children:V(`p`,{children:`It may have been erased, or the retention's time is over.`})}):V(Kt,{rows:4})}var ia=100,aa=200;function oa(e,t,n){let{query:r}=F.value,i={where:{trackingIds:[e],...t&&{recipient:t}},direction:sa(r),first:Number(r.events)||ia};return Q(Cn,W.value?null:i,{version:n})}function sa(e){return e.order===`newest`?`DESC`:`ASC`}function ca({answer:{data:e,problem:t,again:n},recipient:r,several:i}){let a=sa(F.value.query)===`DESC`,o=e?.events.nodes??[];return V(`section`,{"aria-labelledby":`timeline`,children:[V(`div`,{class:`section-bar`,children:[V(`h2`,{id:`timeline`,children:[`Timeline`,r&&V(`span`,{class:`quiet`,children:[` of `,r]})]}),V(`a`,{class:`button`,"data-page":!0,href:L({order:a?void 0:`newest`}),children:a?`↓ Newest first`:`↑ Oldest first`})]}),t&&!e?V(Xt,{problem:t,again:n}):e?V(`ol`,{class:`timeline`,children:qi(o,a).map(e=>V(ea,{step:e,several:i&&!r},e.event.id))}):V(Kt,{rows:4}),e?.events.pageInfo.hasNextPage&&(o.length<aa?V(`a`,{class:`button`,"data-page":!0,href:L({events:String(aa)}),children:`More events`}):V(`p`,{class:`quiet`,children:[`The first `,aa,` events are shown. Choose one recipient, or turn the order round, to see the others.`]}))]})}var la=50,ua={connecting:`Connecting`,open:`This page changes as soon as the message does`,broken:`The connection for changes is broken; it is tried again. What you see may be old`};function da(){let{query:e}=F.value,t=e.id??``;return Qt(t||`Event`),t?V(fa,{trackingId:t},t):e.event?V(ra,{id:e.event},e.event):V(ga,{trackingId:``})}function fa({trackingId:e}){let{query:t}=F.value,n=Number(t.recipients)||la,r=je(0);M(()=>ti(e),[e]);let{version:i,connection:a}=pa(e,r);Xr([{key:`Escape`,says:`back to the list`,run:()=>t.event?Ot(L({event:void 0})):Dt()},{key:`e`,says:`raw event, or close it`,run:ma},{key:`c`,says:`copy the tracking id`,run:()=>void Ur(e)}]);let{data:o,problem:s,again:c}=Q(Sn,W.value?null:{trackingId:e,first:n},{version:i});r.current=o?.message?.revision??0;let l=(o?.message?.deliveryCounts.total??1)>1,u=l?t.to:void 0,d=oa(e,u,i);if(s&&!o)return V(Xt,{level:1,problem:s,again:c});if(!o)return V(Kt,{rows:8});if(!o.message)return V(ga,{trackingId:e});let f=o.message;return V(`article`,{class:`message`,children:[V(ha,{message:f,connection:a}),V(Hi,{message:f,more:L({recipients:String(Math.min(n*2,200))})}),V(ca,{answer:d,recipient:u,several:l})]})}function pa(e,t){let[n,r]=j(0),[i,a]=j(`connecting`),o=U.value;return M(()=>{if(!W.value)return Yn(wn,{trackingId:e},{next:({messageChanged:{revision:e}})=>e>t.current&&r(e),state:a,failed:()=>a(`broken`)})},[e,o]),{version:n,connection:i}}function ma(){let e=[...document.querySelectorAll(`.step a.links`)],t=e.find(e=>e.closest(`li`)?.contains(document.activeElement));(e.find(e=>e.closest(`.open`))??t??e.at(-1))?.click()}function ha({message:e,connection:t}){let{trackingId:n,phase:r,phaseAt:i,senderId:a,mailFrom:o,firstEventAt:s,lastEventAt:c,revision:l}=e;return V(`div`,{class:`head`,children:[V(`div`,{class:`title`,children:[V(`h1`,{children:[V(`span`,{class:`unseen`,children:`Message `}),V(`code`,{children:n})]}),V(Gr,{text:n,label:`Copy the tracking id`}),V(`span`,{class:`following ${t}`,title:ua[t],children:t===`open`?`Live`:t===`broken`?`Not live`:``})]}),V(`p`,{class:`phase`,children:[V(`span`,{role:`status`,children:V(zr,{of:r,large:!0})}),i&&V(Z,{at:i})]}),V(`dl`,{class:`pairs`,children:[o!=null&&V($,{name:`From`,children:o||`<> (a bounce)`}),a!=null&&V($,{name:`Sender`,children:V(`a`,{"data-page":!0,href:I(``,{q:It(`sender`,String(a))}),children:a})}),V($,{name:`First event`,children:V(Z,{at:s})}),V($,{name:`Last event`,children:V(Z,{at:c})}),V($,{name:`Events`,children:l.toLocaleString(`en`)})]})]})}function $({name:e,children:t}){return V(`div`,{children:[V(`dt`,{children:e}),V(`dd`,{children:t})]})}function ga({trackingId:e}){return V(Gt,{level:1,icon:`search`,title:`No message has this tracking id`,children:[V(`p`,{children:V(`code`,{children:e})}),V(`p`,{children:`No event named it so far. If it was sent a moment ago, its first event may be on its way; this page shows it then.`}),V(`p`,{children:V(`a`,{"data-page":!0,href:I(``,{q:e.includes(`@`)?It(`to`,e):void 0}),children:`See all mail`})})]})}function _a({info:e}){let{query:t}=F.value,n=t.order===`oldest`,r=t.after!==void 0||t.before!==void 0;if(!e.hasNextPage&&!e.hasPreviousPage&&!r)return null;let i=(e,t,n)=>V(`a`,{class:`button`,"data-page":!0,rel:e,href:L({after:void 0,before:void 0,...t}),children:n});return V(`nav`,{class:`pages`,"aria-label":`Pages of the list`,children:[r&&i(`first`,{},n?`Oldest`:`Newest`),e.hasPreviousPage&&i(`prev`,{before:e.startCursor??void 0},n?`← Older`:`← Newer`),e.hasNextPage&&i(`next`,{after:e.endCursor??void 0},n?`Newer →`:`Older →`)]})}function va({name:e,title:t,search:n,entries:r}){let i=t=>(R(n)??[]).filter(n=>n.key===e&&n.negated===t).flatMap(e=>e.values),[a,o]=[i(!1),i(!0)],s=r.filter(({total:e,value:t})=>e.count>0||a.includes(t)||o.includes(t));return s.length===0?null:V(`section`,{"aria-labelledby":`facet-${e}`,children:[V(`h2`,{id:`facet-${e}`,children:t}),V(`ul`,{children:s.map(t=>V(ya,{name:e,entry:t,search:n,is:a.includes(t.value)?`chosen`:o.includes(t.value)?`excluded`:``},t.value))})]})}function ya({name:e,entry:t,search:n,is:r}){let{value:i,shown:a,total:o,title:s}=t,c=e=>L({q:Rt(e),after:void 0,before:void 0}),l=Ft(Ft(n,e,i),e,i,!0),u=c(Pt(l,e,i,!0));return V(`li`,{class:r,children:[V(`a`,{class:`value`,"data-page":!0,href:c(r?l:Pt(n,e,i)),"aria-current":r===`chosen`?`true`:void 0,title:s,onClick:e=>{e.shiftKey&&(e.preventDefault(),Ot(u))},children:[V(`span`,{class:`cut`,children:a??i}),r===`excluded`&&V(`span`,{class:`unseen`,children:` is excluded`}),V(`span`,{class:`count`,children:tr(o)})]}),r!==`excluded`&&V(`a`,{class:`exclude`,"data-page":!0,href:u,"aria-label":`Exclude ${e} ${i}`,title:`Exclude ${i}`,children:`−`})]})}var ba=[[`1h`,`Last hour`],[`24h`,`Last 24 hours`],[`7d`,`Last 7 days`],[`30d`,`Last 30 days`]];function xa({search:e}){let t=t=>(R(e)??[]).find(e=>e.key===t&&!e.negated)?.values[0],[n,r]=[t(`after`),t(`before`)],i=r===void 0&&ba.some(([e])=>e===n),a=(t,n)=>L({q:B(B(e,`after`,t),`before`,n),after:void 0,before:void 0});return V(`section`,{class:`when`,"aria-labelledby":`facet-when`,children:[V(`h2`,{id:`facet-when`,children:`Last event`}),V(`ul`,{children:ba.map(([e,t])=>{let r=i&&e===n;return V(`li`,{class:r?`chosen`:``,children:V(`a`,{class:`value`,"data-page":!0,href:a(r?void 0:e,void 0),"aria-current":r?`true`:void 0,children:t})},e)})}),V(`details`,{open:!i&&(n??r)!==void 0,children:[V(`summary`,{children:`From, to`}),V(Sa,{after:n,before:r,at:a},`${n} ${r} ${X.value}`)]})]})}function Sa({after:e,before:t,at:n}){let r=e=>{e.preventDefault();let t=new FormData(e.currentTarget);Ot(n(wa(t.get(`from`)),wa(t.get(`to`))))},i=(e,t,n)=>V(`label`,{children:[t,V(`input`,{type:`datetime-local`,step:`1`,name:e,defaultValue:Ca(n)})]});return V(`form`,{onSubmit:r,children:[i(`from`,`From`,e),i(`to`,`To, not included`,t),V(`span`,{class:`quiet small`,children:[`Times of `,X.value.replaceAll(`_`,` `)]}),V(`button`,{type:`submit`,children:`Show`})]})}function Ca(e){let t=e===void 0?NaN:Date.parse(e);return Number.isNaN(t)?``:gr(t,X.value).replace(` `,`T`)}function wa(e){let t=typeof e==`string`?_r(X.peek(),e):void 0;return t===void 0?void 0:new Date(t).toISOString().replace(`.000`,``)}var Ta=[`delivered`,`deferred`,`bounced`,`queued`,`unknown`],Ea=8,Da=matchMedia(`(min-width: 64rem)`),Oa=3e4;function ka({search:e,events:t}){let n=R(e)??[],{data:r}=Q(dn,W.value?null:Na(n),{everyMs:Oa});return V(`aside`,{class:`facets`,"aria-label":`Filters`,children:V(`details`,{open:Da.matches,children:[V(`summary`,{children:`Filters`}),!t&&V(Pa,{search:e,terms:n}),t&&r&&V(Aa,{search:e,totals:r.kinds.totals}),r&&V(ja,{search:e,events:t,data:r}),V(xa,{search:e}),r&&r.domains.breakdown.length>0&&V(`p`,{class:`quiet small`,children:[t?`All counts are`:`Domains, reasons and senders count`,` events from `,r.kinds.since.slice(0,10),` up to`,` `,r.kinds.until.slice(0,10),` (UTC). Shift-click excludes.`]})]})})}function Aa({search:e,totals:t}){return V(va,{name:`status`,title:`Kind`,search:e,entries:ci.map(e=>({value:e,shown:Fa(e),total:Ia(t[e])}))})}function ja({search:e,events:t,data:n}){let r=Ma(n.categories.breakdown).map(e=>({...e,shown:e.value.replaceAll(`_`,` `)}));return V(x,{children:[V(va,{name:`domain`,title:`Domain`,search:e,entries:Ma(n.domains.breakdown)}),!t&&V(va,{name:`category`,title:`Reason`,search:e,entries:r}),V(va,{name:`sender`,title:`Sender`,search:e,entries:Ma(n.senders.breakdown)})]})}function Ma(e){return e.flatMap(({value:e,totals:t})=>e==null?[]:[{value:e,total:Ia(t.total),title:La(t.bounceRate)}])}function Na(e){let t=(...t)=>li(e,t,Date.now());return{kinds:e.some(({key:e,negated:t})=>e===`domain`&&!t)?t(`domain`,`sender`):t(`category`,`sender`),domains:t(`status`,`sender`),categories:t(`status`,`sender`),senders:t(`status`),first:Ea}}function Pa({search:e,terms:t}){let n=t.filter(({key:e,negated:t})=>e!==`status`||t),r=Object.fromEntries(Ta.map(e=>[e,z([...n,{key:`status`,values:[e],negated:!1}])])),{data:i}=Q(un,W.value?null:r,{everyMs:Oa});return i?V(va,{name:`status`,title:`Status`,search:e,entries:Ta.map(e=>({value:e,shown:Fa(e),total:i[e].totalCount}))}):null}function Fa(e){return V(`span`,{class:`mark ${e}`,children:[V(H,{name:e}),e.charAt(0).toUpperCase()+e.slice(1)]})}function Ia(e){return{count:e,precision:`EXACT`}}function La(e){return e==null?void 0:`${(e*100).toFixed(1)} % of its outcomes are bounces`}function Ra({search:e}){let t=R(e)??[];if(t.length===0)return V(Gt,{icon:`mail`,title:`No mail yet`,children:[V(`p`,{children:`As soon as a mail server reports something, it is here. To post a first notification yourself:`}),V(Kr,{text:oi(),label:`Copy the command`}),V(`p`,{class:`quiet`,children:`The gateway answers 200 once Kafka has it; a moment later it is in this list.`})]});let n=e=>z(t.filter((t,n)=>n!==e));return V(Gt,{icon:`search`,title:`No match`,children:t.length===1?V(`p`,{children:[V(`a`,{"data-page":!0,href:I(``),children:[`Drop `,V(`code`,{children:z(t)})]}),` `,`to see all mail. Events take a moment from the mail server to this list: the line above says how old it is.`]}):V(x,{children:[V(`p`,{children:`Nothing has all of it. Drop one of these?`}),V(`ul`,{class:`drops`,children:t.map((e,t)=>V(`li`,{children:V(`a`,{"data-page":!0,href:L({q:Rt(n(t)),after:void 0,before:void 0}),children:V(`code`,{children:z([e])})})},t))})]})})}function za({rows:e}){return V(`ol`,{class:`rows`,children:e.map(e=>V(`li`,{children:V(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:I(`message`,{id:e.trackingId,to:e.recipient??void 0}),children:[V(zr,{of:e.phase}),V(`span`,{class:`who`,children:[V(`span`,{class:`cut`,title:e.recipient??void 0,children:e.recipient??V(`i`,{children:`no recipient named`})}),V(Ba,{row:e})]}),V(`span`,{class:`why`,title:e.lastResponse?.message??void 0,children:[e.classification&&V(`b`,{children:e.classification.category.replaceAll(`_`,` `)}),V(`span`,{class:`cut`,children:e.lastResponse?.message})]}),V(`code`,{class:`id cut`,title:e.trackingId??void 0,children:e.trackingId}),V(Z,{at:e.lastEventAt})]})},e.id))})}function Ba({row:e}){return V(`span`,{class:`facts`,children:[[`OPENED`,e.openedAt],[`CLICKED`,e.clickedAt],[`COMPLAINED`,e.complainedAt],[`UNSUBSCRIBED`,e.unsubscribedAt]].map(([e,t])=>t!=null&&V(`span`,{class:`mark ${e.toLowerCase()}`,title:Rr(e),children:[V(H,{name:e.toLowerCase()}),V(`span`,{class:`unseen`,children:Rr(e)})]},e))})}function Va({rows:e}){return V(`ol`,{class:`rows`,children:e.map(e=>V(`li`,{children:V(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:I(`message`,{id:e.trackingId??void 0,event:e.id}),children:[V(zr,{of:e.kind}),V(`span`,{class:`who`,children:V(`span`,{class:`cut`,title:e.recipient??void 0,children:e.recipient??V(`i`,{children:`no recipient named`})})}),V(`span`,{class:`why`,title:e.respMsg??void 0,children:[e.eventCode!=null&&V(`b`,{children:e.eventCode}),V(`span`,{class:`cut`,children:e.respMsg??e.eventLabel})]}),V(`code`,{class:`id cut`,title:e.trackingId??void 0,children:e.trackingId??`no tracking id`}),V(Z,{at:e.occurredAt})]})},e.id))})}var Ha=50,Ua=1e4;function Wa(){let{query:e}=F.value,t=e.q??``;Qt(t||`Messages`),Xr([{key:`c`,says:`copy the row's tracking id`,run:ri},{key:`Escape`,says:`drop the search`,run:()=>t&&Ot(I(``))}]);let n=e.in===`events`||(R(t)??[]).some(({key:e})=>e===`code`);return V(`div`,{class:`beside`,children:[V(`h1`,{class:`unseen`,children:`Messages`}),V(ka,{search:t,events:n}),n?V(Ga,{search:t,events:!0,document:hn,counting:_n,Rows:Va},`events`):V(Ga,{search:t,events:!1,document:mn,counting:gn,Rows:za},`mail`)]})}function Ga({search:e,events:t,document:n,counting:r,Rows:i}){let{query:a}=F.value,o=W.value?null:qa(e,a),{data:s,problem:c,loading:l,again:u}=Q(n,o),d=Q(r,W.value?null:{search:e}).data?.rows.totalCount,f=a.after===void 0&&a.before===void 0&&a.order!==`oldest`,p=Q(n,f&&s?o:null,{everyMs:Ua}).data,m=f&&p!==void 0&&s!==void 0&&!l&&Ka(p.rows.nodes,s.rows.nodes);return M(()=>{s&&ni()},[s===void 0]),V(`section`,{class:`list`,"aria-label":t?`Events`:`Mail`,"aria-busy":l,children:[V(Nr,{events:t,total:d,loading:l,children:m&&V(`button`,{type:`button`,class:`newer`,onClick:u,children:`There is news: show it`})}),c?V(Xt,{problem:c,again:u}):s===void 0?V(Kt,{}):s.rows.nodes.length===0?V(Ra,{search:e}):V(x,{children:[V(i,{rows:s.rows.nodes}),V(_a,{info:s.rows.pageInfo})]})]})}function Ka(e,t){return JSON.stringify(e)!==JSON.stringify(t)}function qa(e,{order:t,before:n,after:r}){return{search:e,direction:t===`oldest`?`ASC`:`DESC`,...n?{last:Ha,before:n}:{first:Ha,after:r??null}}}var Ja=[`bounced`,`complained`,`unsubscribed`,`deferred`,`delivered`,`queued`,`opened`,`clicked`,`unknown`],Ya=[`bounced`,`complained`,`deferred`,`delivered`],Xa={HOUR:36e5,DAY:864e5};function Za(e){return e.toUpperCase()}function Qa(e,t){return t.reduce((t,n)=>t+e[n],0)}function $a(e,t,n){let r=Date.parse(e);return t===`DAY`?gr(r,`UTC`).slice(0,10):gr(r,n).slice(0,16)}function eo(e,t){return t.filter(t=>e[t]>0).map(t=>`${e[t].toLocaleString(`en`)} ${t}`).join(`, `)||`nothing`}function to(e,t,n){return B(B(e,`after`,no(t)),`before`,no(n))}function no(e){return new Date(e).toISOString().replace(`.000`,``)}function ro(e){let t=10**Math.floor(Math.log10(Math.max(e,1)));return((t===1?[2,4,6,8,10]:[1,2,3,4,5,6,8,10]).find(n=>n*t>=e)??10)*t}function io(e){if(e==null)return`–`;let t=e*100;return`${t===0||t>=10?Math.round(t):+t.toPrecision(2)}%`}var ao=100,oo=7;function so({buckets:e,interval:t,kinds:n,choose:r,label:i,low:a=!1}){let[o,s]=j(null),[c,l]=j(null),u=je(null),d=e.length-1,f=Ja.filter(e=>n.includes(e)),p=ro(Math.max(...e.map(({counts:e})=>Qa(e,f)),1)),m=c&&{from:Math.min(c.from,c.to),to:Math.max(c.from,c.to)},h=Math.min(o??d,d),g=e[h];if(g===void 0)return null;let _=t=>{let{left:n,width:r}=u.current.getBoundingClientRect();return Math.max(0,Math.min(d,Math.floor((t.clientX-n)/r*e.length)))},v=({from:n,to:i})=>{l(null),r(Date.parse(e[n].startsAt),Date.parse(e[i].startsAt)+Xa[t])};return V(`div`,{class:`histogram ${a?`low`:``}`,children:[V(`div`,{class:`y-axis`,"aria-hidden":`true`,children:[V(`span`,{children:p.toLocaleString(`en`)}),!a&&V(`span`,{children:(p/2).toLocaleString(`en`)}),V(`span`,{children:`0`})]}),V(`div`,{ref:u,class:`plot`,role:`slider`,tabIndex:0,"aria-label":`${i}. Arrows move, with Shift they choose a time, Enter shows that time alone`,"aria-valuemin":1,"aria-valuemax":e.length,"aria-valuenow":h+1,"aria-valuetext":`${m?`from ${$a(e[m.from].startsAt,t,X.value)} to `:``}${$a(g.startsAt,t,X.value)}: ${eo(g.counts,f)}`,onKeyDown:e=>{let t={ArrowLeft:h-1,ArrowRight:h+1,PageUp:h-10,PageDown:h+10,Home:0,End:d}[e.key];if(t!==void 0){let n=Math.max(0,Math.min(d,t));l(e.shiftKey?{from:c?.from??h,to:n}:null),s(n)}else if(e.key===`Enter`)v(m??{from:h,to:h});else if(e.key===`Escape`&&c!==null)l(null);else return;e.preventDefault(),e.stopPropagation()},onBlur:()=>(s(null),l(null)),onPointerDown:e=>{e.button===0&&(e.currentTarget.setPointerCapture(e.pointerId),l({from:_(e),to:_(e)}))},onPointerMove:e=>{s(_(e)),c!==null&&e.buttons>0&&l({from:c.from,to:_(e)})},onPointerUp:()=>m!==null&&v(m),onPointerLeave:()=>c===null&&s(null),onPointerCancel:()=>l(null),children:[V(`svg`,{viewBox:`0 0 ${e.length} ${ao}`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:[V(`path`,{class:`grid`,d:a?`M0 0H${e.length}`:`M0 0H${e.length}M0 ${ao/2}H${e.length}`}),lo(e,f,p).map(({name:e,d:t})=>V(`path`,{class:`filled ${e}`,d:t},e)),m&&V(`rect`,{class:`chosen`,x:m.from,width:m.to-m.from+1,y:`0`,height:ao}),o!==null&&!m&&V(`rect`,{class:`at`,x:h,width:`1`,y:`0`,height:ao})]}),o!==null&&V(`div`,{class:`tip ${h>d/2?`left`:``}`,style:{[h>d/2?`right`:`left`]:`${co(h,d)}%`},children:[V(`b`,{children:m&&m.from!==m.to?`${$a(e[m.from].startsAt,t,X.value)} – ${$a(e[m.to].startsAt,t,X.value)}`:$a(g.startsAt,t,X.value)}),f.toReversed().map(t=>{let n=e.slice(m?.from??h,(m?.to??h)+1).reduce((e,{counts:n})=>e+n[t],0);return V(`span`,{children:[V(`i`,{class:`swatch ${t}`}),` `,t,` `,V(`b`,{children:n.toLocaleString(`en`)})]},t)})]})]}),V(uo,{buckets:e,interval:t})]})}function co(e,t){return(e>t/2?(t-e+1)/(t+1):(e+1)/(t+1))*100}function lo(e,t,n){let r=new Float64Array(e.length);return t.map(t=>{let i=``;return e.forEach(({counts:e},a)=>{if(e[t]===0)return;let o=e[t]/n*ao;r[a]+=o,i+=`M${a+.1} ${(ao-r[a]).toFixed(2)}h.8v${o.toFixed(2)}h-.8z`}),{name:t,d:i}})}function uo({buckets:e,interval:t}){let n=Math.ceil(e.length/oo);return V(`div`,{class:`x-axis`,"aria-hidden":`true`,children:e.map(({startsAt:r},i)=>{if(i%n!==0)return null;let a=$a(r,t,X.value);return V(`span`,{style:{left:`${i/e.length*100}%`},children:t===`DAY`?a.slice(5):e.length<=26?a.slice(11):a.slice(5)},r)})})}function fo({buckets:e,interval:t,kinds:n,link:r}){let i=Ja.filter(e=>n.includes(e)).toReversed();return V(`details`,{class:`as-table`,children:[V(`summary`,{children:`As a table`}),V(`div`,{class:`scroll`,tabIndex:0,role:`region`,"aria-label":`Counts over time`,children:V(`table`,{children:[V(`thead`,{children:V(`tr`,{children:[V(`th`,{scope:`col`,children:t===`DAY`?`Day (UTC)`:`Hour (${X.value})`}),i.map(e=>V(`th`,{scope:`col`,class:`number`,children:e},e))]})}),V(`tbody`,{children:e.filter(({counts:e})=>Qa(e,i)>0).map(({startsAt:e,counts:n})=>V(`tr`,{children:[V(`th`,{scope:`row`,children:V(`a`,{"data-page":!0,href:r(Date.parse(e),Date.parse(e)+Xa[t]),children:$a(e,t,X.value)})}),i.map(e=>V(`td`,{class:`number`,children:n[e].toLocaleString(`en`)},e))]},e))})]})})]})}var po=12e3,mo=12,ho=10,go={bounced:`Most bounces`,ratio:`Highest ratio`,mail:`Most mail`};function _o({asked:{search:e,where:t,interval:n,buckets:r}}){let{query:i}=F.value,a=i.sort&&i.sort in go?i.sort:`bounced`,o=Math.max(5,Math.min(100,Math.floor(po/r))),s=t.category!=null,{data:c,problem:l,again:u}=Q(Dn,W.value||s?null:{where:t,interval:n,first:o}),d=c?.statistics.breakdown??[],f=d.filter(({totals:e})=>bo(e)+e.deferred>0).toSorted(xo(a)),p=i.domains===`all`?f:f.slice(0,mo);return V(`section`,{"aria-labelledby":`by-domain`,children:[V(`div`,{class:`section-bar`,children:[V(`h2`,{id:`by-domain`,children:`Who refuses`}),V(`div`,{class:`segments`,role:`group`,"aria-label":`Order of the domains`,children:Object.entries(go).map(([e,t])=>V(`a`,{"data-page":!0,href:L({sort:e===`bounced`?void 0:e}),"aria-current":a===e?`true`:void 0,children:t},e))})]}),s?V(`p`,{class:`quiet`,children:[`Counts are not kept by domain and reason at once: the replies below are. `,V(`a`,{"data-page":!0,href:L({q:B(e,`category`,void 0)}),children:`Drop the reason`})]}):l&&!c?V(Xt,{problem:l,again:u}):c?V(x,{children:[V(vo,{domains:p,search:e}),f.length>p.length&&V(`a`,{class:`button`,"data-page":!0,href:L({domains:`all`}),children:[`All `,f.length]}),d.length===o&&V(`p`,{class:`quiet small`,children:[`The `,o,` domains with the most events are compared.`]})]}):V(Kt,{rows:5})]})}function vo({domains:e,search:t}){return V(`table`,{class:`breakdown`,children:[V(`thead`,{children:V(`tr`,{children:[V(`th`,{scope:`col`,children:`Domain`}),V(`th`,{scope:`col`,class:`number`,children:`Delivered`}),V(`th`,{scope:`col`,class:`number`,children:`Bounced`}),V(`th`,{scope:`col`,children:`Bounced of outcomes`}),V(`th`,{scope:`col`,class:`number`,children:`Deferred`})]})}),V(`tbody`,{children:e.map(({value:e,totals:n})=>{let r=B(t,`domain`,e??void 0),i=(t,n)=>n>0&&e!=null?V(`a`,{"data-page":!0,href:I(``,{q:B(r,`status`,t)}),"aria-label":`${n} ${t} at ${e}`,children:n.toLocaleString(`en`)}):n.toLocaleString(`en`);return V(`tr`,{children:[V(`th`,{scope:`row`,class:`cut`,children:e==null?V(`i`,{children:`no recipient named`}):V(`a`,{"data-page":!0,href:L({q:r}),children:e})}),V(`td`,{class:`number`,children:i(`delivered`,n.delivered)}),V(`td`,{class:`number`,children:i(`bounced`,n.bounced)}),V(`td`,{children:V(yo,{of:n.bounceRate})}),V(`td`,{class:`number`,children:i(`deferred`,n.deferred)})]},e)})})]})}function yo({of:e}){return V(`span`,{class:`share`,children:[V(`svg`,{viewBox:`0 0 100 8`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:[V(`rect`,{class:`whole`,width:`100`,height:`8`}),V(`rect`,{class:`part`,width:(e??0)*100,height:`8`})]}),io(e)]})}function bo({delivered:e,bounced:t}){return e+t}function xo(e){if(e===`mail`)return(e,t)=>bo(t.totals)-bo(e.totals);if(e===`bounced`)return(e,t)=>t.totals.bounced-e.totals.bounced;let t=({totals:e})=>bo(e)<ho?-1:e.bounceRate??-1;return(e,n)=>t(n)-t(e)}var So=30,Co=12e3;function wo({asked:{search:e,where:t,interval:n,buckets:r}}){let i=t.recipientDomain!=null,a=Math.max(5,Math.min(So,Math.floor(Co/r))),{data:o,problem:s,again:c}=Q(On,W.value||i?null:{where:t,interval:n,first:a}),l=(o?.statistics.breakdown??[]).toSorted((e,t)=>t.totals.bounced-e.totals.bounced),u=Math.max(...l.map(({totals:e})=>e.bounced+e.deferred),1);return V(`section`,{"aria-labelledby":`by-reason`,children:[V(`div`,{class:`section-bar`,children:V(`h2`,{id:`by-reason`,children:`Why`})}),i?V(`p`,{class:`quiet`,children:[`Counts are not kept by domain and reason at once: the replies below are. `,V(`a`,{"data-page":!0,href:L({q:B(e,`domain`,void 0)}),children:`All domains`})]}):s&&!o?V(Xt,{problem:s,again:c}):o?l.length===0?V(`p`,{class:`quiet`,children:`Nothing bounced, and nothing was deferred.`}):V(`table`,{class:`breakdown`,children:[V(`thead`,{children:V(`tr`,{children:[V(`th`,{scope:`col`,children:`Reason`}),V(`th`,{scope:`col`,class:`number`,children:`Bounced`}),V(`th`,{scope:`col`,class:`number`,children:`Deferred`}),V(`th`,{scope:`col`,children:V(`span`,{class:`unseen`,children:`Share`})})]})}),V(`tbody`,{children:l.map(({value:t,totals:n})=>{let r=B(e,`category`,t??void 0),i=(e,n)=>n>0?V(`a`,{"data-page":!0,href:I(``,{q:B(r,`status`,e)}),"aria-label":`${n} ${e}: ${To(t)}`,children:n.toLocaleString(`en`)}):`0`;return V(`tr`,{children:[V(`th`,{scope:`row`,class:`cut`,children:V(`a`,{"data-page":!0,href:L({q:r}),children:To(t)})}),V(`td`,{class:`number`,children:i(`bounced`,n.bounced)}),V(`td`,{class:`number`,children:i(`deferred`,n.deferred)}),V(`td`,{children:V(`svg`,{class:`both`,viewBox:`0 0 100 8`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:[V(`rect`,{class:`filled bounced`,width:n.bounced/u*100,height:`8`}),V(`rect`,{class:`filled deferred`,x:n.bounced/u*100,width:n.deferred/u*100,height:`8`})]})})]},t)})})]}):V(Kt,{rows:5})]})}function To(e){return e?.replaceAll(`_`,` `)??`no reason known`}var Eo=200;function Do(e){let[t,n]=j({refusals:null}),[r,i]=j(0),a=U.value;return M(()=>{if(e===null)return;let t=new AbortController;return Oo(e,t.signal).then(e=>n({refusals:e})).catch(e=>{if(!t.signal.aborted){if(!(e instanceof Y))throw e;n({refusals:null,problem:e})}}),()=>t.abort()},[e,a,r]),{refusals:t.refusals,problem:t.problem,again:()=>i(e=>e+1)}}async function Oo(e,t){let n=[],r=null,i=!0;for(;i&&n.length<1e3;){let{deliveries:a}=await Hn(kn,{search:e,first:Eo,after:r},t);n.push(...a.nodes),i=a.pageInfo.hasNextPage,r=a.pageInfo.endCursor??null}return{groups:ko(n),read:n.length,more:i}}function ko(e){let t=new Map;for(let{classification:n,lastResponse:r,phase:i,recipientDomain:a}of e){let e=n?.kind.toLowerCase()??`undetermined`,o=n?.category??``,s=[r?.code,r?.enhancedCode].filter(Boolean).join(` `),c=[e,o,s].join(`|`),l=t.get(c);l===void 0&&(l={key:c,kind:e,category:o,code:s,message:r?.message??``,count:0,bounced:0,domains:[],at:new Map},t.set(c,l)),l.count+=1,i===`BOUNCED`&&(l.bounced+=1),a!=null&&l.at.set(a,(l.at.get(a)??0)+1)}for(let e of t.values())e.domains=[...e.at].toSorted(([,e],[,t])=>t-e);return[...t.values()].toSorted((e,t)=>t.count-e.count)}var Ao=12,jo=3;function Mo({asked:{search:e},since:t,until:n}){let{query:r}=F.value,i=Po(to(e,Date.parse(t),Date.parse(n))),{refusals:a,problem:o,again:s}=Do(W.value?null:i),c=a?.groups??[],l=r.replies===`all`?c:c.slice(0,Ao);return V(`section`,{"aria-labelledby":`replies`,class:`refusals`,children:[V(`div`,{class:`section-bar`,children:V(`h2`,{id:`replies`,children:[`In the servers' words`,` `,a&&a.read>0&&V(`span`,{class:`quiet`,children:[a.more?`the newest ${1e3.toLocaleString(`en`)} recipients whose mail is`:`${a.read.toLocaleString(`en`)} ${a.read===1?`recipient`:`recipients`} whose mail is`,` bounced or deferred now`]})]})}),o?V(Xt,{problem:o,again:s}):a===null?V(Kt,{rows:4}):c.length===0?V(`p`,{class:`quiet`,children:`No mail of this time is bounced or deferred now.`}):V(x,{children:[V(`table`,{class:`breakdown`,children:[V(`thead`,{children:V(`tr`,{children:[V(`th`,{scope:`col`,children:`Class, reason`}),V(`th`,{scope:`col`,children:`Reply`}),V(`th`,{scope:`col`,children:`Domains`}),V(`th`,{scope:`col`,class:`number`,children:`Mail`})]})}),V(`tbody`,{children:l.map(e=>V(No,{refusal:e,refused:i},e.key))})]}),c.length>l.length&&V(`a`,{class:`button`,"data-page":!0,href:L({replies:`all`}),children:[`All `,c.length]})]})]})}function No({refusal:{kind:e,category:t,code:n,message:r,count:i,domains:a},refused:o}){let s=t?B(o,`category`,t):o;return V(`tr`,{children:[V(`th`,{scope:`row`,children:[V(`span`,{class:`class ${e}`,children:e}),` `,V(`a`,{"data-page":!0,href:I(``,{q:s}),children:t?t.replaceAll(`_`,` `):`no reason known`})]}),V(`td`,{children:V(`span`,{class:`reply-of`,children:[n&&!r.startsWith(n)&&V(`b`,{children:[n,` `]}),r||V(`i`,{children:`no reply text`})]})}),V(`td`,{children:[a.slice(0,jo).map(([e,t])=>V(`a`,{class:`at-domain`,"data-page":!0,href:I(``,{q:B(s,`domain`,e)}),children:[e,` `,V(`span`,{class:`quiet`,children:t.toLocaleString(`en`)})]},e)),a.length>jo&&V(`span`,{class:`quiet`,children:[`and `,a.length-jo,` more`]})]}),V(`td`,{class:`number`,children:i.toLocaleString(`en`)})]})}function Po(e){let t=(R(e)??[]).find(({key:e,negated:t})=>e===`status`&&!t)?.values??[],n=[`bounced`,`deferred`].filter(e=>t.length===0||t.includes(e)),r=n.length===1?`status:${n[0]}`:`status:bounced,deferred`;return`${B(e,`status`,void 0)} ${r}`.trim()}var Fo=15e3,Io=3*Xa.DAY,Lo=[[void 0,`24 hours`],[`3d`,`3 days`],[`7d`,`7 days`],[`30d`,`30 days`],[`90d`,`90 days`]],Ro=[`domain`,`category`,`class`,`sender`,`status`,`after`,`before`];function zo(){Qt(`Statistics`);let{query:e}=F.value,t=e.q??``,n=R(t)??[],r=li(n,[`domain`,`category`,`sender`],Math.floor(qr.value/6e4)*6e4),i=e.every===`hour`?`HOUR`:e.every===`day`?`DAY`:null,{data:a,problem:o,loading:s,again:c}=Q(En,W.value?null:{where:r,interval:i},{everyMs:Fo}),l=a?.statistics,u=n.filter(({key:e,values:t,negated:n})=>n||!Ro.includes(e)||[`domain`,`category`].includes(e)&&t.length>1);return V(`section`,{class:`statistics`,"aria-label":`Statistics`,children:[V(`h1`,{class:`unseen`,children:`Statistics`}),V(Bo,{search:t,interval:l?.interval??null,every:i}),u.length>0&&V(`p`,{class:`break-line warn`,children:[V(H,{name:`warning`}),V(`span`,{children:[`Counts are kept by domain, reason and sender, one at a time: `,u.map(({key:e})=>`${e}:`).join(` `),` is left out here.`]})]}),o&&(!l||!s)?V(Xt,{problem:o,again:c}):l===void 0?V(Kt,{}):V(x,{children:[V(Ho,{totals:l.totals,search:t}),V(Wo,{answer:l,search:t}),V(qo,{asked:{search:t,where:r,interval:l.interval,buckets:l.buckets.length},answer:l})]})]})}function Bo({search:e,interval:t,every:n}){let r=R(e)??[],i=e=>r.find(t=>t.key===e&&!t.negated)?.values[0],[a,o]=[i(`after`),i(`before`)],s=B(B(e,`after`,void 0),`before`,void 0);return V(`div`,{class:`list-bar`,children:[V(`div`,{class:`segments`,role:`group`,"aria-label":`Time`,children:Lo.map(([e,t])=>V(`a`,{"data-page":!0,href:L({q:B(s,`after`,e),every:void 0}),"aria-current":o===void 0&&a===e?`true`:void 0,children:t},t))}),V(`div`,{class:`segments`,role:`group`,"aria-label":`Bars`,children:[`HOUR`,`DAY`].map(e=>V(`a`,{"data-page":!0,href:L({every:e.toLowerCase()}),"aria-current":(n??t)===e?`true`:void 0,children:[`By the `,e.toLowerCase()]},e))}),V(Ir,{search:e}),V(`a`,{class:`button to-list`,"data-page":!0,href:I(``,{q:e}),children:`As a list`})]})}var Vo=[{name:`delivered`,rate:`deliveryRate`,of:`of outcomes`},{name:`bounced`,rate:`bounceRate`,of:`of outcomes`},{name:`deferred`},{name:`queued`},{name:`complained`,rate:`complaintRate`,of:`of deliveries`},{name:`unsubscribed`,rate:`unsubscribeRate`,of:`of deliveries`},{name:`opened`,rate:`openRate`,of:`of deliveries`},{name:`clicked`,rate:`clickRate`,of:`of deliveries`}];function Ho({totals:e,search:t}){let n=/(^|\s)after:/.test(t)?t:Pt(t,`after`,`24h`);return V(`ul`,{class:`tiles`,children:Vo.map(({name:t,rate:r,of:i})=>V(`li`,{children:V(`a`,{"data-page":!0,href:I(``,{q:B(Uo(n),`status`,t),in:`events`}),children:[V(`span`,{class:`mark ${t}`,children:[V(H,{name:t}),Rr(Za(t))]}),V(`b`,{children:e[t].toLocaleString(`en`)}),V(`span`,{class:`quiet small`,children:r&&e[r]!=null?`${io(e[r])} ${i}`:`\xA0`})]})},t))})}function Uo(e){return B(B(e,`category`,void 0),`class`,void 0)}function Wo({answer:e,search:t}){let{buckets:n,interval:r,since:i,until:a}=e,o=Go(t),s=(e,n,r)=>L({q:to(t,e,n),every:r}),c=(e,t)=>s(e,t,r===`HOUR`&&t-e>Io?`hour`:void 0),[l,u]=[Date.parse(i),Date.parse(a)],d=Math.max((u-l)/2,Xa[r]);return V(`section`,{class:`over`,"aria-labelledby":`over`,children:[V(`div`,{class:`section-bar`,children:[V(`h2`,{id:`over`,children:[`Events `,V(`span`,{class:`quiet`,children:[$a(i,r,X.value),` to `,$a(a,r,X.value),r===`DAY`&&`, days of UTC`]})]}),V(Ko,{kinds:o}),V(`a`,{class:`button`,"data-page":!0,href:s(l-d,u+d),children:`Wider`})]}),V(so,{buckets:n,interval:r,kinds:o,label:`Events over time`,choose:(e,t)=>Ot(c(e,t))}),V(fo,{buckets:n,interval:r,kinds:o,link:c})]})}function Go(e){let t=F.value.query.show?.split(`,`),n=(R(e)??[]).find(({key:e,negated:t})=>e===`status`&&!t)?.values,r=t??n??Ya,i=Ja.filter(e=>r.includes(e));return i.length>0?i:Ya}function Ko({kinds:e}){return V(`ul`,{class:`legend`,"aria-label":`Shown kinds`,children:ci.filter(e=>e!==`unknown`).map(t=>{let n=e.includes(t),r=n?e.filter(e=>e!==t):[...e,t];return V(`li`,{children:V(`a`,{"data-page":!0,class:n?`shown`:``,"aria-current":n?`true`:void 0,href:L({show:r.length>0?r.join(`,`):void 0}),children:[V(`i`,{class:`swatch ${t}`}),Rr(Za(t))]})},t)})})}function qo({asked:e,answer:t}){return t.totals.total===0?V(Gt,{icon:`search`,title:`Nothing happened in this time`,children:V(`p`,{children:`Choose a longer one above, or drop a term of the search.`})}):V(x,{children:[V(`div`,{class:`halves`,children:[V(_o,{asked:e}),V(wo,{asked:e})]}),V(Mo,{asked:e,since:t.since,until:t.until})]})}var Jo=5e3,Yo=15e3,Xo=60,Zo=5e3;function Qo(){let e=W.value?null:{},{data:t,problem:n}=Q(fn,e,{everyMs:Jo}),r=je(void 0),i=Q(pn,r.current===U.value?null:e,{everyMs:Yo});i.problem?.code===`FORBIDDEN`&&(r.current=U.value);let a=i.problem?void 0:i.data?.deadLetters.totalCount;if(W.value)return null;let o=n?`No answer from the API: what you see may be old`:t?$o(t.pipeline):null;return V(`div`,{class:`health`,children:[o===null&&t&&V(es,{pipeline:t.pipeline}),V(`span`,{role:`status`,children:o!==null&&V(`span`,{class:`warn`,children:[V(H,{name:`warning`}),o]})}),o!==null&&t?.pipeline.lag!=null&&t.pipeline.lag>0&&V(es,{pipeline:t.pipeline}),t?.pipeline.newestEventAt&&V(`span`,{children:[`last event `,V(Z,{at:t.pipeline.newestEventAt})]}),a&&V(`a`,{"data-page":!0,href:I(`dead-letters`),class:a.count>0?`warn`:``,children:[tr(a),` dead `,a.count===1?`letter`:`letters`]})]})}function $o({lag:e,brokerAvailable:t,ageSeconds:n}){return!t||e==null?`Kafka does not answer: how old this is, is not known`:e>0&&(n??0)>Xo||e>Zo?`Events are waiting: what you see is old`:null}function es({pipeline:{lag:e}}){return e===0?V(`span`,{class:`good`,children:[V(H,{name:`delivered`}),`up to date`]}):V(`span`,{children:[V(H,{name:`clock`}),e?.toLocaleString(`en`),` `,e===1?`event`:`events`,` behind`]})}var ts={auto:`light`,light:`dark`,dark:`auto`},ns={auto:`auto`,light:`sun`,dark:`moon`},rs=sr.filter(e=>e!==`UTC`&&e!==or);function is(){let e=ar.value===`relative`;return V(`div`,{class:`preferences`,children:[V(`button`,{type:`button`,class:`plain`,"aria-pressed":e,title:e?`Times are relative; show dates`:`Times are dates; show how long ago`,onClick:()=>ar.value=e?`absolute`:`relative`,children:[V(H,{name:`clock`}),e?`Ago`:`Date`]}),V(`select`,{"aria-label":`Time zone`,value:X.value,onChange:e=>X.value=e.currentTarget.value,children:[V(`option`,{value:`UTC`,children:`UTC`}),or!==`UTC`&&V(`option`,{value:or,children:[as(or),` (here)`]}),V(`optgroup`,{label:`Others`,children:rs.map(e=>V(`option`,{value:e,children:as(e)},e))})]}),V(`button`,{type:`button`,class:`plain`,title:`Colours: ${ir.value}`,"aria-label":`Colours: ${ir.value}. Change to ${ts[ir.value]}`,onClick:()=>ir.value=ts[ir.value],children:V(H,{name:ns[ir.value]})}),U.value!==null&&V(`button`,{type:`button`,class:`plain`,onClick:ln,children:`Leave`})]})}function as(e){return e.replaceAll(`_`,` `)}function os(){let{page:e,query:t}=F.value,n=wt.includes(e)?t.q??``:``,[r,i]=j(n),a=je(null);return M(()=>i(n),[n,e]),V(`form`,{class:`search`,role:`search`,onSubmit:async n=>{n.preventDefault();let i=r.trim(),o=zt(i)&&await cs(i),s=wt.includes(e)?I(e,{...t,q:i,after:void 0,before:void 0}):I(``,{q:i});Ot(o?I(`message`,{id:i}):s),o||a.current?.focus()},children:[V(H,{name:`search`}),V(`input`,{ref:a,id:`search`,type:`search`,name:`q`,value:r,onInput:e=>i(e.currentTarget.value),onKeyDown:e=>{e.key===`Escape`&&(e.preventDefault(),i(n),a.current?.blur())},placeholder:`Tracking id, address, or to: domain: status: …`,"aria-label":`Search mail`,autocomplete:`off`,autocapitalize:`off`,spellcheck:!1}),V(`kbd`,{"aria-hidden":`true`,children:`/`}),V(`button`,{type:`button`,class:`plain`,popovertarget:`search-help`,"aria-label":`How to search`,children:`?`}),V(ss,{use:e=>{i(`${r} ${e}`.trim()),a.current?.focus()}})]})}function ss({use:e}){return V(`div`,{id:`search-help`,class:`help`,popover:`auto`,children:[V(`h2`,{children:`Search`}),V(`p`,{children:`Paste a tracking id to go to its message, or an address to see all of its mail. All terms must hold; of values after a comma any one suffices.`}),V(`table`,{children:V(`tbody`,{children:At.map(({key:t,example:n,says:r})=>V(`tr`,{children:[V(`th`,{scope:`row`,children:V(`button`,{type:`button`,class:`plain`,onClick:()=>e(n),popovertarget:`search-help`,popovertargetaction:`hide`,children:V(`code`,{children:n})})}),V(`td`,{children:r})]},t))})})]})}async function cs(e){try{return(await Hn(xn,{trackingId:e})).message!=null}catch(e){if(e instanceof Y)return!1;throw e}}var ls=[[``,`Messages`],[`live`,`Live`],[`statistics`,`Statistics`],[`dead-letters`,`Dead letters`]];function us(){let{page:e}=F.value;return V(`header`,{children:[V(`div`,{class:`bar`,children:[V(`a`,{class:`brand`,"data-page":!0,href:I(``),"aria-label":`Email Delivery Status: all messages`,children:[V(H,{name:`mail`}),V(`span`,{children:`Delivery Status`})]}),V(os,{}),V(is,{})]}),V(`div`,{class:`bar under`,children:[V(`nav`,{"aria-label":`Pages`,children:ls.map(([t,n])=>V(`a`,{"data-page":!0,href:I(t),"aria-current":ds(t,e)?`page`:void 0,children:n},t))}),V(Qo,{})]})]})}function ds(e,t){return e===t||e===``&&t===`message`}var fs={Escape:`Esc`," ":`Space`};function ps(){return Xr([{key:`/`,says:`search`,run:hs},{key:`j`,says:`next row`,run:()=>$r(1)},{key:`k`,says:`row before`,run:()=>$r(-1)},{key:`t`,says:`live tail`,run:()=>Ot(I(`live`))},{key:`?`,says:`these keys`,run:()=>document.getElementById(`keys`)?.togglePopover()}]),V(x,{children:[V(ms,{shown:new Map(Yr.value.map(({key:e,says:t})=>[e,t]))}),V(`p`,{class:Vr.value?`toast`:`unseen`,role:`status`,children:Vr.value})]})}function ms({shown:e}){return V(`div`,{id:`keys`,class:`help keys`,popover:`auto`,"aria-label":`Keys`,children:[V(`h2`,{children:`Keys`}),V(`table`,{children:V(`tbody`,{children:[...e,[`Enter`,`open the row`]].map(([e,t])=>V(`tr`,{children:[V(`th`,{scope:`row`,children:V(`kbd`,{children:fs[e]??e})}),V(`td`,{children:t})]},e))})})]})}function hs(){let e=document.querySelector(`#search`);e?.focus(),e?.select()}function gs(){let[e,t]=j(``),n=je(null);return M(()=>n.current?.focus(),[]),V(`form`,{class:`notice token`,onSubmit:t=>{t.preventDefault(),sn(e)},children:[V(`h1`,{children:`This API asks for a token`}),W.value===`refused`&&V(`p`,{role:`alert`,children:`The token was refused: it is wrong, or no longer valid.`}),V(`label`,{for:`token`,children:`Token`}),V(`input`,{ref:n,id:`token`,type:`password`,autocomplete:`off`,value:e,onInput:e=>t(e.currentTarget.value),"aria-describedby":`token-help`}),V(`p`,{id:`token-help`,class:`quiet`,children:[`A bearer token of `,V(`code`,{children:`[graphql] token_file`}),` or `,V(`code`,{children:`tokens_file`}),`, or a JSON Web Token. It stays in this tab, and goes to this server alone.`]}),V(`button`,{type:`submit`,class:`primary`,children:`Enter`})]})}var _s={"":Wa,message:da,live:Ai,statistics:zo,"dead-letters":$t};function vs(){let e=_s[F.value.page];return V(x,{children:[V(`a`,{class:`skip`,href:`#main`,children:`Skip to the content`}),V(us,{}),V(`main`,{id:`main`,tabIndex:-1,children:W.value?V(gs,{}):V(e,{})}),V(ys,{}),V(ps,{})]})}function ys(){return V(`footer`,{children:[V(`a`,{href:`./graphiql`,children:`GraphiQL`}),V(`a`,{href:`./schema.graphql`,children:`Schema`}),V(`a`,{href:`./readyz?verbose`,children:`Readiness`}),V(`a`,{href:`./metrics`,children:`Metrics`}),V(`button`,{type:`button`,class:`plain`,popovertarget:`keys`,children:[`Keys `,V(`kbd`,{children:`?`})]})]})}kt(),Zr(),Jr(),me(V(vs,{}),document.body);