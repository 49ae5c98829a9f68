var e,t,n,r,i,a,o,s,c,l,u,d=Symbol.for(`pv`),f={},p=[],m=/^m(i|n|o|s|text|space)$/,h=Array.isArray,g=p.slice,_=Object.assign;function v(e){e&&e.parentNode&&e.remove()}function y(e,t,n){var r,i,a,o={},s=arguments.length;for(a in t)a==`key`?r=t[a]:a==`ref`&&typeof e!=`function`?i=t[a]:o[a]=t[a];return s>2&&(o.children=s>3?g.call(arguments,2):n),b(e,o,r,i,null)}function b(n,r,i,a,o){var s={type:n,props:r,key:i,ref:a,__k:null,__:null,__b:0,__e:null,__c:null,constructor:d,__v:o||++t,__i:-1,__u:0};return!o&&e.vnode&&e.vnode(s),s}function x(e){return e.children}function S(e,t){this.props=e,this.context=t,this.__g=0}function ee(e,t){if(t==null)return e.__&&ee(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!=`function`||e.props.__P?null:ee(e)}function C(t){var n,r=t.__v,i=r.__e,a=[],o=[],s=t.__P;s&&((n=_({constructor:d},r)).__v=r.__v+1,e.vnode&&e.vnode(n),ce(s,n,r,t.__n,s.namespaceURI,32&r.__u?[i]:null,a,i||ee(r),32&r.__u,o),n.__v=r.__v,n.__.__k[n.__i]=n,de(a,n,o),r.__=r.__e=null,n.__e!=i&&w(n))}function w(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),w(e)}function T(t){(8&t.__g||(t.__g|=8,r.push(t),a++))&&i==e.debounceRendering||((i=e.debounceRendering)||queueMicrotask)(E)}function E(){try{for(var e,t=1;r.length;)r.length>t&&r.sort(o),e=r.shift(),t=r.length,8&e.__g&&C(e)}finally{(a=r.length)&&(i||queueMicrotask)(E)}}function te(e,t,n,r,i,a,o,s,c,l,u){var d,m,h,g,_,v,y=r.__k||p,b=t.length;for(c=ne(n,t,y,c,b),d=0;d<b;d++)(h=n.__k[d])!=null&&(m=~h.__i&&y[h.__i]||f,h.__i=d,v=ce(e,h,m,i,a,o,s,c,l,u),g=h.__e,(m.ref!=h.ref||8&m.__u)&&(m.ref&&pe(m.ref,null,h,m),h.ref&&u.push(h.ref,h.__c||g,h)),_||=g,4&h.__u?(c=re(h,c,e,!m.__v),m.__e&&(m.__e=null)):typeof h.type==`function`&&v!==void 0?c=v:g&&(c=g.nextSibling),h.__u&=-21);return n.__e=_,c}function ne(e,t,n,r,i){var a,o,s,c,l,u,f,p,m,g=n.length,_=g,v=0,y=0,S=e.__k=Array(i);for(a=0;a<i;a++)(o=t[a])!=null&&typeof o!=`boolean`&&typeof o!=`function`?(typeof o!=`object`||o.constructor===String?o=S[a]=b(null,o):h(o)?o=S[a]=b(x,{children:o}):o.constructor===d&&o.__b?o=S[a]=b(o.type,o.props,o.key,o.ref,o.__v):S[a]=o,c=a+v,o.__=e,o.__b=e.__b+1,s=null,~(l=o.__i=ie(o,n,c,_))&&(_--,(s=n[l])&&(s.__u|=2)),s&&s.__v?(o.__u|=16,l==c-1?v--:l==c+1?v++:l!=c&&(l>c?v--:v++,y=1)):(~l||(i>g?v--:i<g&&v++),typeof o.type!=`function`&&(o.__u|=4))):S[a]=null;if(y){for(u=[],f=[],a=0;a<i;a++)if((o=S[a])&&16&o.__u){for(v=0,p=u.length;v<p;)u[m=v+p>>1]<o.__i?v=m+1:p=m;u[v]=o.__i,f[a]=v+1}for(v=u.length;a--;)f[a]&&(f[a]==v?v--:S[a].__u|=4)}if(_)for(a=0;a<g;a++)!(s=n[a])||2&s.__u||(s.__e==r&&(r=ee(s)),me(s,s));return r}function re(e,t,n,r){var i,a,o,s;if(typeof e.type==`function`){if(e.props.__P)return t;if(i=e.__k)for(a=0;a<i.length;a++)i[a]&&(i[a].__=e,t=re(i[a],t,n,!1));return t}for(t&&!t.parentNode&&(t=ee(e))&&!t.parentNode&&(t=null),o=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(o!=s&&(!r&&n.moveBefore&&o.parentNode?n.moveBefore(o,t):n.insertBefore(o,t||null)),t=o;(t&&=t.nextSibling)&&t.nodeType==8&&!t.data.startsWith(`$s`););return t}function ie(e,t,n,r){var i,a=e.key,o=e.type,s=t[n],c=s&&!(2&s.__u);if(s===null&&a==null||c&&a==s.key&&o==s.type)return n;if(r>+!!c){for(i=n-1;i>=0;i--)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i;for(i=n+1;i<t.length;i++)if((s=t[i])&&!(2&s.__u)&&a==s.key&&o==s.type)return i}return-1}function ae(e,t,n){n??=``,t[0]==`-`?e.setProperty(t,n):e[t]=n}function oe(e,t,n,r,i){var a,o;if(t==`style`){if(typeof n==`string`)e.style.cssText=n;else{if(typeof r==`string`&&(e.style.cssText=r=``),r)for(t in r)n&&t in n||ae(e.style,t);if(n)for(t in n)r&&n[t]==r[t]||ae(e.style,t,n[t])}}else if(t[0]==`o`&&t[1]==`n`)typeof n!=`function`&&(n=null),typeof r!=`function`&&(r=null),(e.__e||={})[t]=n,n&&r||(o=u[t]||(u[t]=se(t)),(e.__a||={})[t]=l,a=t!=(t=t.replace(c,`$1`)),(t=t.slice(2))[0]<`a`&&(t=t.toLowerCase()),n?e.addEventListener(t,o,a):e.removeEventListener(t,o,a));else{if(i==`http://www.w3.org/2000/svg`)t=t.replace(/xlink(H|:h)/,`h`).replace(/sName$/,`s`);else if(t!=`width`&&t!=`height`&&t!=`href`&&t!=`list`&&t!=`form`&&t!=`tabIndex`&&t!=`download`&&t!=`rowSpan`&&t!=`colSpan`&&t!=`role`&&t!=`popover`&&t in e)try{e[t]=n??``;return}catch{}if(typeof n==`function`)return;n==null||!1===n&&t[4]!=`-`?e.removeAttribute(t):e.setAttribute(t,t==`popover`&&n==1?``:n)}}function se(t){return function(n){var r=this.__e;if(r){if(r=r[t],n[s]==null)n[s]=l++;else if(n[s]<this.__a[t])return;return r(e.event?e.event(n):n)}}}function ce(t,n,r,i,a,o,s,c,l,u){var f,m,g,y,b,C,w,T,E,ne,re,ie,ae,oe,se,ce,de,pe,ge=n.type;if(n.constructor!==d)return null;128&r.__u&&(l=32&r.__u,f=r.__c.__z)&&(n.__u|=l,m=o=[],f.nodeType==8?c=le(f,o):o.push(f),c=o[0]||c),(f=e.__b)&&f(n);n:if(typeof ge==`function`){g=s.length;try{if(T=n.props,E=(f=ge.prototype)&&f.render,ne=(f=ge.contextType)&&i[f.__c],re=f?ne?ne.props.value:f.__:i,(y=r.__c)?(n.__c=y,2&y.__g&&(y.__g|=1)):(E?n.__c=y=new ge(T,re):(n.__c=y=new S(T,re),y.constructor=ge,y.render=he),ne&&ne.sub(y),y.state||(y.state={}),y.__n=i,y.__g|=8,y.__h=[],y.__k=[]),E&&(y.__s||(y.__s=y.state),ge.getDerivedStateFromProps&&(y.__s==y.state&&(y.__s=_({},y.__s)),_(y.__s,ge.getDerivedStateFromProps(T,y.__s)))),b=y.props,C=y.state,y.__v=n,r.__c){if(T!==b&&E&&!ge.getDerivedStateFromProps&&y.componentWillReceiveProps&&y.componentWillReceiveProps(T,re),n.__v==r.__v&&!(8&y.__g)||!(4&y.__g)&&y.shouldComponentUpdate&&!1===y.shouldComponentUpdate(T,y.__s,re)){n.__v!=r.__v&&(y.props=T,y.state=y.__s,y.__g&=-9),n.__e=r.__e,n.__k=r.__k,n.__k.some(function(e){e&&(e.__=n)}),p.push.apply(y.__h,y.__k),y.__k=[],y.__h.length&&s.push(y),c=ee(r);break n}y.componentWillUpdate&&y.componentWillUpdate(T,y.__s,re),E&&y.componentDidUpdate&&y.__h.push(function(){y.componentDidUpdate(b,C,w)})}else E&&!ge.getDerivedStateFromProps&&y.componentWillMount&&y.componentWillMount(),E&&y.componentDidMount&&y.__h.push(y.componentDidMount);y.context=re,y.props=T,y.__P=t,y.__g&=-5,ie=e.__r,ae=E?25:0;do y.__g&=-9,ie&&ie(n),f=y.render(y.props,y.state=y.__s,y.context);while(8&y.__g&&++ae<25);E&&(p.push.apply(y.__h,y.__k),y.__k=[]),y.state=y.__s,y.getChildContext&&(i=_({},i,y.getChildContext())),E&&r.__c&&y.getSnapshotBeforeUpdate&&(w=y.getSnapshotBeforeUpdate(b,C)),oe=f&&f.type===x&&f.key==null?f.props.children:f,T.__P&&(f=c,a=(t=T.__P).namespaceURI,l=o=null,r.props&&r.props.__P!=t&&(r.__k.some(function(e){e&&me(e,e)}),r.__k=null),c=r.__k?ee(r,0):null),c=te(t,h(oe)?oe:[oe],n,r,i,a,o,s,c,l,u),T.__P&&(n.__e=null,c=f),n.__u&=-161,m&&m.some(v),y.__h.length&&s.push(y),1&y.__g&&(y.__g&=-4)}catch(t){if(s.length=g,n.__v=null,l||o){if(t&&t.then){if(n.__u|=128|l,o){for(~(de=o.indexOf(c||void 0))||(de=o.length);(pe=o[de-1])&&pe.nodeType==8;)de--;for(;de<o.length;de++)if(pe=o[de]){if(o[de]=null,se){if(pe==ce)break}else{if(pe.nodeType!=8)break;pe.data.startsWith(`$s`)&&(ce=le(se=pe))}}}if(!se){for(;c&&c.nodeType==8&&c.nextSibling;)c=c.nextSibling;se=c}(f=le(se=n.__c.__z||(n.__c.__z=se)))?(n.__e=se,c=f):n.__e=c,c&&=c.nextSibling}else o&&o.some(v)}else n.__e=r.__e;n.__k||=r.__k||[],t&&t.then||ue(n),e.__e(t,n,r)}}else c=n.__e=fe(r.__e,n,r,i,a,o,s,l,u,t);return(f=e.diffed)&&f(n),c}function le(e,t){if(e&&e.nodeType==8&&e.data.startsWith(`$s`))for(var n=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith(`$s`))n++;else if(e.data.startsWith(`/$s`)&&!--n)return e}t&&t.push(e)}}function ue(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(ue))}function de(t,n,r){for(var i=0;i<r.length;)pe(r[i++],r[i++],r[i++]);e.__c&&e.__c(n,t),t.some(function(n){try{t=n.__h,n.__h=[],t.some(function(e){e.call(n)})}catch(t){e.__e(t,n.__v)}})}function fe(t,n,r,i,a,o,s,c,l,u){var d,p,_,y,b,x,S,C,w=r.props||f,T=n.props,E=n.type;if(E==`svg`?a=`http://www.w3.org/2000/svg`:E==`math`?a=`http://www.w3.org/1998/Math/MathML`:a||=`http://www.w3.org/1999/xhtml`,o){for(d=0;d<o.length;d++)if((b=o[d])&&(E?b.localName==E:b.nodeType==3)){t=b,o[d]=null;break}}if(!t){if(C=u.ownerDocument||document,!E)return C.createTextNode(T);t=C.createElementNS(a,E,T.is?T:u),c&&=(e.__m&&e.__m(n,o),!1),o=null}if(E){if(u=E==`template`&&t.content||t,o=E==`textarea`&&T.defaultValue!=null?null:o&&g.call(u.childNodes),!c&&o)for(w={},d=0;d<t.attributes.length;d++)w[(b=t.attributes[d]).name]=b.value;for(d in w)b=w[d],d==`dangerouslySetInnerHTML`?_=b:d==`children`||d in T||d==`value`&&`defaultValue`in T||d==`checked`&&`defaultChecked`in T||oe(t,d,null,b,a);for(d in T)b=T[d],d==`children`?y=b:d==`dangerouslySetInnerHTML`?p=b:d==`value`?x=b:d==`checked`?S=b:c&&typeof b!=`function`||w[d]===b||oe(t,d,b,w[d],a);p?(c||_&&(p.__html==_.__html||p.__html==t.innerHTML)||(t.innerHTML=p.__html),n.__k=[]):(_&&(t.textContent=``),(E==`foreignObject`||a==`http://www.w3.org/1998/Math/MathML`&&m.test(E))&&(a=`http://www.w3.org/1999/xhtml`),te(u,h(y)?y:[y],n,r,i,a,o,s,o?o[0]:r.__k&&ee(r,0),c,l),o&&o.some(v)),c&&E!=`textarea`||(d=`value`,E==`progress`&&x==null?t.removeAttribute(d):x==null||x===t[d]&&(E!=`progress`||x)||oe(t,d,x,w[d],a),d=`checked`,S!=null&&S!=t[d]&&oe(t,d,S,w[d],a))}else w===T||c&&t.data==T||(t.data=T);return t}function pe(t,n,r,i){try{typeof t==`function`?n?n.__x=t(n)||1:(i&&=i.__c||i.__e)&&(n=i.__x)&&(i.__x=null,typeof n==`function`?n():t(null)):t.current=n}catch(t){e.__e(t,r)}}function me(t,n,r){var i,a,o,s;if(e.unmount&&e.unmount(t),!(i=t.ref)||i.current&&i.current!=t.__e||pe(i,null,n,t),i=t.__c){if(i.componentWillUnmount)try{i.componentWillUnmount()}catch(t){e.__e(t,n)}i.__P=i.__n=null}if(i=t.__k)for(s=0;s<i.length;s++)i[s]&&me(i[s],n,typeof t.type!=`function`||r&&!t.props.__P);!r&&(i=t.__c)&&(i=i.__z)&&(a=le(i,o=[]))&&(i==t.__e&&o.some(v),v(a),v(i)),r||v(t.__e),t.__e=t.__c=t.__=null}function he(e,t,n){return this.constructor(e,n)}function ge(t,n){var r,i,a,o;e.__&&e.__(t,n),n.nodeType==9&&(n=n.documentElement),i=(r=t&&32&t.__u)?null:n.__k,n.__k=b(x,{children:[t]}),a=[],o=[],ce(n,n.__k,i||f,f,n.namespaceURI,i?null:n.firstChild?g.call(n.childNodes):null,a,i?i.__e:n.firstChild,r,o),de(a,n.__k,o),n.__k.props.children=null}e={__e:function(e,t,n,r){for(var i,o,s;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((s=(o=i.constructor)&&o.getDerivedStateFromError)&&i.setState(o.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,r||{}),s=1),s&&8&i.__g)return void(i.__g|=2)}catch(t){e=t}}throw a=0,e}},t=0,n=function(e){return e!=null&&e.constructor===d},S.prototype.setState=function(e,t){var n=this.__s;n&&n!=this.state||(n=this.__s=_({},this.state)),typeof e==`function`&&(e=e(_({},n),this.props)),e&&(_(n,e),this.__v&&(t&&this.__k.push(t),T(this)))},S.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),T(this))},S.prototype.render=x,r=[],a=0,o=function(e,t){return e.__v.__b-t.__v.__b},s=Symbol(),c=/(PointerCapture)$|Capture$/i,l=0,u={};var _e,D,ve,ye,be=Object.is,xe=0,Se=[],Ce=[],O=e,we=O.__b,Te=O.__r,Ee=O.diffed,De=O.__c,Oe=O.unmount,ke=O.__;function Ae(e,t){O.__h&&O.__h(D,e,xe||t),xe=0;var n=D.__H||(D.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function k(e){return xe=1,je(He,e)}function je(e,t,n){var r=Ae(_e++,2);if(r.t=e,!r.__c&&(r.__=[n?n(t):He(void 0,t),function(e){var t=(r.__N||r.__)[0],n=r.t(t,e);be(t,n)||(r.__N=[n,r.__[1]],r.__c.setState({}))}],r.__c=D,!D.__f)){D.__f=!0;var i=D.shouldComponentUpdate;D.shouldComponentUpdate=function(e,t,n){var r=this.__H;if(!r)return!0;var a=!1,o=this.props!=e;if(r.__.some(function(e){e.__N&&(a=!0,be(e.__[0],e.__N[0])||(o=!0))}),i){var s=i.call(this,e,t,n);return a?s||o:s}return!a||o}}return r.__}function A(e,t){var n=Ae(_e++,3);!O.__s&&Ve(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,D.__H.__h.push(n))}function Me(e,t){var n=Ae(_e++,4);!O.__s&&Ve(n.__H,t)&&(n.__P=!1,n.__=e,n.u=t,D.__h.push(n))}function Ne(e){return xe=5,Pe(function(){return{current:e}},[])}function Pe(e,t){var n=Ae(_e++,7);return Ve(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function Fe(){var e;do{for(;e=Ce.shift();)try{ze(e)}catch(t){O.__e(t,{__:(e=e.__P)&&e.__v})}for(;e=Se.shift();){var t=e.__H;if(e.__P&&t)try{t.__h.some(ze),t.__h.some(Be),t.__h=[]}catch(n){t.__h=[],O.__e(n,e.__v)}}}while(Ce.length)}O.__b=function(e){D=null,we&&we(e)},O.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),ke&&ke(e,t)},O.__r=function(e){Te&&Te(e),_e=0;var t=(D=e.__c).__H;t&&(ve==D?D.__h=[]:(t.__h.some(ze),t.__h.some(Be),_e=0),t.__h=[],t.__.some(function(e){e.__N&&(e.__=e.__N),e.u=e.__N=void 0})),ve=D},O.diffed=function(e){Ee&&Ee(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Re(Se.push(t)),t.__H.__.some(function(e){e.u&&(e.__H=e.u)})),ve=D=null},O.__c=function(e,t){t.some(function(e){try{e.__h.some(ze),e.__h=e.__h.filter(function(e){return!e.__||Be(e)})}catch(t){e.__h=[function(){throw t}]}}),De&&De(e,t)},O.unmount=function(e){Oe&&Oe(e);var t,n,r=e.__c;r&&r.__H&&(r.__H.__.some(function(r){try{if(r.__P&&r.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||!n.__c.__P);)n=n.__;n&&=n.__c}r.__P=n,Re(Ce.push(r))}else ze(r)}catch(e){t=e}}),r.__H=void 0,t&&O.__e(t,r.__v))};var Ie=typeof requestAnimationFrame==`function`;function Le(e){var t,n=function(){clearTimeout(r),Ie&&cancelAnimationFrame(t),setTimeout(e)},r=setTimeout(n,35);Ie&&(t=requestAnimationFrame(n))}function Re(e){e!=1&&ye==O.requestAnimationFrame||((ye=O.requestAnimationFrame)||Le)(Fe)}function ze(e){var t=D,n=e.__c;typeof n==`function`&&(e.__c=void 0,n()),D=t}function Be(e){var t=D;e.__c=e.__(),D=t}function Ve(e,t){return!e||e.length!=t.length||t.some(function(t,n){return!be(t,e[n])})}function He(e,t){return typeof t==`function`?t(e):t}var Ue=Symbol.for(`preact-signals`);function We(){if(Ye>1)Ye--;else{var e,t=!1;for((function(){var e=$e;for($e=void 0;e!==void 0;){var t=e.S;if(t.v===e.v)for(var n=t.t;n!==void 0;n=n.x)n.i===e.i&&(n.i=t.i);e=e.o}})();Je!==void 0;){var n=Je;for(Je=void 0,Xe++;n!==void 0;){var r=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&rt(n))try{n.c()}catch(n){t||=(e=n,!0)}n=r}}if(Xe=0,Ye--,t)throw e}}function Ge(e){if(Ye>0)return e();Qe=++Ze,Ye++;try{return e()}finally{We()}}var Ke,j=void 0;function qe(e){var t=j,n=Ke;j=void 0,Ke=void 0;try{return e()}finally{j=t,Ke=n}}var Je=void 0,Ye=0,Xe=0,Ze=0,Qe=0,$e=void 0,et=0;function tt(e){if(j!==void 0){var t=e.n;if(t===void 0||t.t!==j)return t={i:0,S:e,p:j.s,n:void 0,t:j,e:void 0,x:void 0,r:t},j.s!==void 0&&(j.s.n=t),j.s=t,e.n=t,32&j.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=j.s,t.n=void 0,j.s.n=t,j.s=t),t}}function M(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,this.Z=t?.unwatched,this.name=t?.name}M.prototype.brand=Ue,M.prototype.h=function(){return!0},M.prototype.S=function(e){var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n===void 0?qe(function(){var e;(e=t.W)==null||e.call(t)}):n.e=e)},M.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,r=e.x;n!==void 0&&(n.x=r,e.e=void 0),r!==void 0&&(r.e=n,e.x=void 0),e===this.t&&(this.t=r,r===void 0&&qe(function(){var e;(e=t.Z)==null||e.call(t)}))}},M.prototype.subscribe=function(e){var t=this;return ft(function(){var n=t.value;qe(function(){return e(n)})},{name:`sub`})},M.prototype.valueOf=function(){return this.value},M.prototype.toString=function(){return this.value+``},M.prototype.toJSON=function(){return this.value},M.prototype.peek=function(){var e=this;return qe(function(){return e.value})},Object.defineProperty(M.prototype,"value",{get:function(){var e=tt(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(Xe>100)throw Error(`Cycle detected`);(function(e){Ye!==0&&Xe===0&&e.l!==Qe&&(e.l=Qe,$e={S:e,v:e.v,i:e.i,o:$e})})(this),this.v=e,this.i++,et++,Ye++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{We()}}}});function nt(e,t){return new M(e,t)}function rt(e){for(var t=e.s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function it(e){for(var t=e.s;t!==void 0;t=t.n){var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function at(e){for(var t=e.s,n=void 0;t!==void 0;){var r=t.p;t.i===-1?(t.S.U(t),r!==void 0&&(r.n=t.n),t.n!==void 0&&(t.n.p=r)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),t=r}e.s=n}function ot(e,t){M.call(this,void 0,t),this.x=e,this.s=void 0,this.g=et-1,this.f=4}ot.prototype=new M,ot.prototype.h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===et))return!0;if(this.g=et,this.f|=1,this.i>0&&!rt(this))return this.f&=-2,!0;var e=j;try{it(this),j=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&(this.v=t,this.f&=-17,this.i++)}catch(e){this.v=e,this.f|=16,this.i++}return j=e,at(this),this.f&=-2,!0},ot.prototype.S=function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}M.prototype.S.call(this,e)},ot.prototype.U=function(e){if(this.t!==void 0&&(M.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=t.n)t.S.U(t)}},ot.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}},Object.defineProperty(ot.prototype,"value",{get:function(){if(1&this.f)throw Error(`Cycle detected`);var e=tt(this);if(this.h(),e!==void 0&&(e.i=this.i),16&this.f)throw this.v;return this.v}});function st(e,t){return new ot(e,t)}function ct(e){var t=e.j;if(e.j=void 0,typeof t==`function`){Ye++;var n=j;j=void 0;try{t()}catch(t){throw e.f&=-2,e.f|=8,lt(e),t}finally{j=n,We()}}}function lt(e){for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,ct(e)}function ut(e){if(j!==this)throw Error(`Out-of-order effect`);at(this),j=e,this.f&=-2;try{8&this.f&&lt(this)}finally{We()}}function dt(e,t){this.x=e,this.j=void 0,this.s=void 0,this.u=void 0,this.f=32,this.name=t?.name,Ke&&Ke.push(this)}dt.prototype.c=function(){var e=this.S();try{if(8&this.f||this.x===void 0)return;var t=this.x();typeof t==`function`&&(this.j=t)}finally{e()}},dt.prototype.S=function(){if(1&this.f)throw Error(`Cycle detected`);this.f|=1,this.f&=-9,ct(this),it(this),Ye++;var e=j;return j=this,ut.bind(this,e)},dt.prototype.N=function(){2&this.f||(this.f|=2,this.u=Je,Je=this)},dt.prototype.d=function(){this.f|=8,1&this.f||lt(this)},dt.prototype.dispose=function(){this.d()};function ft(e,t){var n=new dt(e,t);try{n.c()}catch(e){throw n.d(),e}var r=n.d.bind(n);return r[Symbol.dispose]=r,r}var pt,mt,ht=typeof window<`u`&&!!window.__PREACT_SIGNALS_DEVTOOLS__,gt=[];ft(function(){pt=this.N})();function _t(t,n){e[t]=n.bind(null,e[t]||function(){})}function vt(e){if(mt){var t=mt;mt=void 0,t()}mt=e&&e.S()}function yt(e){var t=this,r=e.data,i=xt(r);i.name=`ReactiveDom`,i.value=r;var a=Pe(function(){for(var e=t,r=t.__v;r=r.__;)if(r.__c){r.__c.__$f|=4;break}var a=st(function(){var e=i.value.value;return e===0?0:!0===e?``:e||``}),o=st(function(){return!Array.isArray(a.value)&&!n(a.value)}),s=ft(function(){if(this.N=wt,o.value){var t=a.value;e.__v&&e.__v.__e&&e.__v.__e.nodeType===3&&(e.__v.__e.data=t)}}),c=t.__$u.d;return t.__$u.d=function(){s(),c.call(this)},[o,a]},[]),o=a[0],s=a[1];return o.value?s.peek():s.value}yt.displayName=`ReactiveTextNode`,Object.defineProperties(M.prototype,{constructor:{configurable:!0,value:y(x,null).constructor},type:{configurable:!0,value:yt},props:{configurable:!0,get:function(){var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}}),_t(`__b`,function(e,t){if(vt(),typeof t.type==`string`){var n,r=t.props;for(var i in r)if(i!==`children`){var a=r[i];a instanceof M&&(n||(t.__np=n={}),n[i]=a,r[i]=a.peek())}}e(t)}),_t(`__r`,function(e,t){if(e(t),t.type!==x){vt();var n,r=t.__c;r&&(r.__$f&=-2,(n=r.__$u)===void 0&&(r.__$u=n=function(e,t){var n;return ft(function(){n=this},{name:t}),n.c=e,n}(function(e){return function(){var t;ht&&((t=this.y)==null||t.call(this)),e.__$f|=1,e.setState({})}}(r),typeof t.type==`function`?t.type.displayName||t.type.name:``))),vt(n)}}),_t(`__e`,function(e,t,n,r){vt(),e(t,n,r)}),_t(`diffed`,function(e,t){vt();var n;if(typeof t.type==`string`&&(n=t.__e)){var r=t.__np,i=t.props,a=n.U;if(a)for(var o in a){var s=a[o];s===void 0||r&&o in r||(s.d(),a[o]=void 0)}if(r)for(var c in a||(a={},n.U=a),r){var l=a[c],u=r[c];l===void 0?(l=bt(n,c,u,i),a[c]=l):l.o(u,i)}}e(t)});function bt(e,t,n,r){var i=t in e&&e.ownerSVGElement===void 0,a=nt(n);return{o:function(e,t){a.value=e,r=t},d:ft(function(){this.N=wt;var n=a.value.value;r[t]!==n&&(r[t]=n,i?e[t]=n:n!=null&&(!1!==n||t[4]===`-`)?e.setAttribute(t,n):e.removeAttribute(t))})}}_t(`unmount`,function(e,t){if(typeof t.type==`string`){var n=t.__e;if(n){var r=n.U;if(r)for(var i in n.U=void 0,r){var a=r[i];a&&a.d()}}var o=t.__np;if(o){var s=t.props;for(var c in o)s[c]=o[c]}t.__np=void 0}else{var l=t.__c;if(l){l.__$f|=8;var u=l.__$u;u&&(l.__$u=void 0,u.d())}}e(t)}),_t(`__h`,function(e,t,n,r){r<3&&(t.__$f|=2),e(t,n,r)}),S.prototype.shouldComponentUpdate=function(e,t){if(this.__R)return!0;var n=this.__$u,r=n&&n.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==`boolean`&&!0===this.u){var a=2&this.__$f;if(!(r||a||4&this.__$f)||1&this.__$f)return!0}else if(!(r||4&this.__$f)||3&this.__$f)return!0;for(var o in e)if(o!==`__source`&&e[o]!==this.props[o])return!0;for(var s in this.props)if(!(s in e))return!0;return!1};function xt(e,t){return Pe(function(){return nt(e,t)},[])}var St=function(e){queueMicrotask(function(){queueMicrotask(e)})};function Ct(){Ge(function(){for(var e;e=gt.shift();)pt.call(e)})}function wt(){gt.push(this)===1&&(e.requestAnimationFrame||St)(Ct)}var Tt=()=>localStorage,Et=()=>sessionStorage;function Dt(e,t){try{return e().getItem(`eds.${t}`)}catch{return null}}function Ot(e,t,n){try{n===null?e().removeItem(`eds.${t}`):e().setItem(`eds.${t}`,n)}catch{}}var kt=`token`,N=nt(Dt(Et,kt)),P=nt(``);function At(e){let t=e.trim().replace(/^Bearer\s+/i,``);t!==``&&(Ot(Et,kt,t),N.value=t,P.value=``)}function jt(e){N.value===e&&(Ot(Et,kt,null),P.value=e===null?`none`:`refused`,N.value=null)}function Mt(){Ot(Et,kt,null),N.value=null,P.value=`none`}var Nt=new URL(`./graphql`,document.baseURI).href,F=class extends Error{code;constructor(e,t){super(e),this.code=t}},Pt=1/0;function Ft(e){return Math.min(e,Pt)}async function It(e,t,n){let r=Lt(t);try{return await Rt(e,r,n)}catch(i){let a=i instanceof F&&i.code===`LIMIT_EXCEEDED`&&/\bpage_size_max=(\d+)/.exec(i.message);if(!a)throw i;Pt=Number(a[1]);let o=Lt(t);if(JSON.stringify(o)===JSON.stringify(r))throw i;return Rt(e,o,n)}}function Lt(e){return Object.fromEntries(Object.entries(e).map(([e,t])=>(e===`first`||e===`last`)&&typeof t==`number`?[e,Ft(t)]:[e,t]))}async function Rt(e,t,n){let r=N.value,{data:i,errors:a}=await Bt(await zt(JSON.stringify({query:e.toString(),variables:t}),r,n)),o=a?.[0];if(o!==void 0||i==null){let e=new F(o?.message??`The answer was empty.`,o?.extensions?.code??`UNKNOWN`);throw e.code===`UNAUTHENTICATED`&&jt(r),e}return i}async function zt(e,t,n){let r={"content-type":`application/json`,accept:`application/graphql-response+json, application/json;q=0.9`};t!==null&&(r.authorization=`Bearer ${t}`);try{return await fetch(Nt,{method:`POST`,headers:r,body:e,...n&&{signal:n}})}catch(e){throw n?.aborted?e:new F(`The server does not answer.`,`UNREACHABLE`)}}async function Bt(e){try{return await e.json()}catch{throw new F(`The server answered HTTP ${e.status}, and no GraphQL.`,`UNREACHABLE`)}}var Vt=40,Ht=3e3,Ut=new Map;function Wt(e,t){Ut.delete(e),Ut.set(e,t);let n=Ut.size>Vt?Ut.keys().next().value:void 0;n!==void 0&&Ut.delete(n)}function Gt(e){return Ut.has(e)?{data:Ut.get(e),question:e}:{}}function I(e,t,{everyMs:n,version:r}={}){let i=N.value,a=t===null?``:JSON.stringify([e.toString(),t,i]),[o,s]=k(()=>Gt(a)),[c,l]=k(0),u=t===null?null:JSON.stringify([a,c,r]);return A(()=>{if(t===null||u===null)return;let i=new AbortController;Ut.has(a)&&s(e=>e.question===a?e:Gt(a));let o=0,c=()=>{window.document.hidden?window.document.addEventListener(`visibilitychange`,c,{once:!0,signal:i.signal}):l(e=>e+1)},d=n;return It(e,t,i.signal).then(e=>{Wt(a,e),s({data:e,question:a,of:u})}).catch(e=>{if(!i.signal.aborted){if(!(e instanceof F))throw e;s(t=>({...t,problem:e,of:u})),r!==void 0&&(d??=Ht)}}).finally(()=>{d!==void 0&&!i.signal.aborted&&(o=window.setTimeout(c,d))}),()=>{i.abort(),clearTimeout(o)}},[e,u,n]),{data:o.data,problem:o.problem,loading:u!==null&&o.of!==u,again:()=>l(e=>e+1)}}var L=class extends String{__apiType;value;__meta__;constructor(e,t){super(e),this.value=e,this.__meta__=t}toString(){return this.value}};new L(`
    fragment LetterRow on DeadLetter {
  id
  address
  state
  part
  receivedAt
  source
  reason
  index
  problem
  errors {
    path
    reasons
  }
}
    `,{fragmentName:`LetterRow`}),new L(`
    fragment Total on TotalCount {
  count
  precision
}
    `,{fragmentName:`Total`}),new L(`
    fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}
    `,{fragmentName:`Page`}),new L(`
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
    `,{fragmentName:`DeliveryRow`}),new L(`
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
  source
  respCode
  respMsg
}
    `,{fragmentName:`EventRow`}),new L(`
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
    `,{fragmentName:`MessageDelivery`}),new L(`
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
    `,{fragmentName:`MessageEvent`}),new L(`
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
    `,{fragmentName:`KindCounts`}),new L(`
    fragment Reasons on Statistics {
  breakdown(by: CATEGORY, first: $first) {
    value
    totals {
      bounced
      deferred
    }
  }
}
    `,{fragmentName:`Reasons`});var Kt=new L(`
    query DeadLetters($where: DeadLetterFilter!, $direction: OrderDirection!, $first: Int, $after: String, $last: Int, $before: String) {
  deadLetters(
    where: $where
    orderBy: {direction: $direction}
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    nodes {
      ...LetterRow
    }
    pageInfo {
      ...Page
    }
  }
}
    fragment LetterRow on DeadLetter {
  id
  address
  state
  part
  receivedAt
  source
  reason
  index
  problem
  errors {
    path
    reasons
  }
}
fragment Page on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`),qt=new L(`
    query CountDeadLetters($where: DeadLetterFilter!) {
  deadLetters(where: $where, first: 1) {
    totalCount {
      ...Total
    }
  }
}
    fragment Total on TotalCount {
  count
  precision
}`),Jt=new L(`
    query OneDeadLetter($id: ID!) {
  node(id: $id) {
    __typename
    ... on DeadLetter {
      ...LetterRow
      letterId
      contentType
      contentEncoding
      contentBytes
      redacted
      requeued {
        by
        at
        events
        bad
      }
      content
      contentBase64
    }
  }
}
    fragment LetterRow on DeadLetter {
  id
  address
  state
  part
  receivedAt
  source
  reason
  index
  problem
  errors {
    path
    reasons
  }
}`),Yt=new L(`
    query Viewer {
  viewer {
    name
    canRequeueDeadLetters
  }
}
    `),Xt=new L(`
    mutation RequeueDeadLetters($ids: [ID!], $where: DeadLetterFilter, $dryRun: Boolean!, $again: Boolean!, $first: Int, $after: String) {
  requeueDeadLetters(
    ids: $ids
    where: $where
    dryRun: $dryRun
    again: $again
    first: $first
    after: $after
  ) {
    requeued
    left
    events
    letters {
      id
      address
      outcome
      events
      bad
      errors {
        path
        reasons
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    userErrors {
      code
      message
    }
  }
}
    `),Zt=new L(`
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
}`),Qt=new L(`
    query Facets($kinds: StatisticsFilter, $domains: StatisticsFilter, $categories: StatisticsFilter, $senders: StatisticsFilter, $sources: StatisticsFilter, $first: Int!) {
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
  sources: statistics(where: $sources, interval: DAY) {
    breakdown(by: SOURCE, first: $first) {
      value
      totals {
        total
        bounceRate
      }
    }
  }
}
    `),$t=new L(`
    query Health {
  pipeline {
    lag
    ageSeconds
    newestEventAt
    brokerAvailable
    version
    endToEnd {
      events
      p99Seconds
    }
  }
}
    `),en=new L(`
    query PendingDeadLetters {
  deadLetters(where: {states: [OPEN, PARTLY]}, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),tn=new L(`
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
}`),nn=new L(`
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
  source
  respCode
  respMsg
}`),rn=new L(`
    query CountDeliveries($search: String) {
  rows: deliveries(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),an=new L(`
    query CountEvents($search: String) {
  rows: events(search: $search, first: 1) {
    totalCount {
      count
      precision
    }
  }
}
    `),on=new L(`
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
}`),sn=new L(`
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
  source
  respCode
  respMsg
}`),cn=new L(`
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
  source
  respCode
  respMsg
}`),ln=new L(`
    query Exists($trackingId: String!) {
  message(trackingId: $trackingId) {
    id
  }
}
    `),un=new L(`
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
}`),dn=new L(`
    query Recipient($trackingId: String!, $recipient: String!) {
  deliveries(where: {trackingIds: [$trackingId], recipient: $recipient}, first: 1) {
    nodes {
      ...MessageDelivery
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
}`),fn=new L(`
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
}`),pn=new L(`
    subscription MessageChanged($trackingId: String!) {
  messageChanged(trackingId: $trackingId) {
    id
    revision
  }
}
    `),mn=new L(`
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
}`),hn=new L(`
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
}`),gn=new L(`
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
    `),_n=new L(`
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
    `),vn=new L(`
    query StatisticsByCode($where: StatisticsFilter, $interval: Interval, $first: Int!) {
  statistics(where: $where, interval: $interval) {
    breakdown(by: CODE, first: $first) {
      value
      totals {
        bounced
        deferred
      }
    }
  }
}
    `),yn=new L(`
    query StatisticsBySource($where: StatisticsFilter, $interval: Interval, $first: Int!) {
  statistics(where: $where, interval: $interval) {
    breakdown(by: SOURCE, first: $first) {
      value
      totals {
        delivered
        bounced
        deferred
        total
        bounceRate
      }
    }
  }
}
    `),bn=new L(`
    query RefusingDomains($where: StatisticsFilter, $interval: Interval, $first: Int!) {
  statistics(where: $where, interval: $interval) {
    breakdown(by: RECIPIENT_DOMAIN, first: $first) {
      value
      totals {
        bounced
        deferred
      }
    }
  }
}
    `),xn=new L(`
    query Crossed($interval: Interval, $first: Int!, $a: StatisticsFilter, $b: StatisticsFilter, $c: StatisticsFilter, $d: StatisticsFilter, $e: StatisticsFilter, $f: StatisticsFilter, $g: StatisticsFilter, $h: StatisticsFilter, $hasB: Boolean!, $hasC: Boolean!, $hasD: Boolean!, $hasE: Boolean!, $hasF: Boolean!, $hasG: Boolean!, $hasH: Boolean!) {
  a: statistics(where: $a, interval: $interval) {
    ...Reasons
  }
  b: statistics(where: $b, interval: $interval) @include(if: $hasB) {
    ...Reasons
  }
  c: statistics(where: $c, interval: $interval) @include(if: $hasC) {
    ...Reasons
  }
  d: statistics(where: $d, interval: $interval) @include(if: $hasD) {
    ...Reasons
  }
  e: statistics(where: $e, interval: $interval) @include(if: $hasE) {
    ...Reasons
  }
  f: statistics(where: $f, interval: $interval) @include(if: $hasF) {
    ...Reasons
  }
  g: statistics(where: $g, interval: $interval) @include(if: $hasG) {
    ...Reasons
  }
  h: statistics(where: $h, interval: $interval) @include(if: $hasH) {
    ...Reasons
  }
}
    fragment Reasons on Statistics {
  breakdown(by: CATEGORY, first: $first) {
    value
    totals {
      bounced
      deferred
    }
  }
}`),Sn=new L(`
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
    `),Cn=Symbol.for(`pv`),wn=0;Array.isArray;function R(t,n,r,i,a,o){n||={};var s,c,l=n;if(`ref`in l&&typeof t!=`function`)for(c in l={},n)c==`ref`?s=n[c]:l[c]=n[c];var u={type:t,props:l,key:r,ref:s,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Cn,__v:--wn,__i:-1,__u:0};return(a||o)&&(u.__source=a,u.__self=o),e.vnode&&e.vnode(u),u}var Tn={queued:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.3`,deferred:`M13 8A5 5 0 1 1 11.3 4.3M13.2 2.5v3h-3`,delivered:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8.2l1.8 1.8 3.4-3.8`,bounced:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6 6l4 4M10 6l-4 4`,unknown:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6.6 6.4a1.5 1.5 0 1 1 2 1.6c-.4.2-.6.5-.6.9M8 10.8v.1`,opened:`M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8M8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2`,clicked:`M6 6l7 2.6-3.2 1.2L8.6 13zM3 3l1 1M6.5 2v1.400M2 6.500h1.4`,complained:`M4 14V2.500h7.500L10 5.500l1.5 3H4`,unsubscribed:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8h5`,search:`M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.300l3.2 3.2`,copy:`M6 6h7v7H6zM3 10V3h7`,done:`M3.5 8.500l3 3 6-7`,warning:`M8 2.5 14 13H2zM8 6.500v3M8 11.200v.1`,close:`M4 4l8 8M12 4l-8 8`,sun:`M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1.500v1M8 13.500v1M1.5 8h1M13.5 8h1M3.4 3.400l.7.7M11.9 11.900l.7.7M12.6 3.400l-.7.7M4.1 11.900l-.7.7`,moon:`M13 9.500A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5`,auto:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 2.500v11M8 5h4.500M8 8h5.500M8 11h4.5`,clock:`M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.200l2.2 1.3`,mail:`M2 4h12v8.500H2zM2 4.500l6 4.5 6-4.5`,back:`M9.5 3.5 5 8l4.5 4.5`,pause:`M5.5 3.500v9M10.5 3.500v9`,live:`M8 4.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7`,views:`M4 2.500h8v11L8 10.500l-4 3z`,next:`M6.5 3.5 11 8l-4.5 4.5`};function z({name:e}){return R(`svg`,{class:`icon`,viewBox:`0 0 16 16`,"aria-hidden":`true`,focusable:`false`,children:R(`path`,{d:Tn[e]})})}var En={OPEN:[`bounced`,`warning`,`Open`,`Nothing was done about it yet`],PARTLY:[`deferred`,`deferred`,`In part`,`Some of its rows were sent on; others are bad still`],REQUEUED:[`delivered`,`delivered`,`Sent on`,`All of it was sent on`],UNKNOWN:[`unknown`,`unknown`,`Unknown`,`This version doesn't know`]};function Dn({state:e,large:t=!1}){let[n,r,i,a]=En[e];return R(`span`,{class:`mark ${n} ${t?`large`:``}`,title:a,children:[R(z,{name:r}),i]})}var On=[``,`message`,`live`,`statistics`,`dead-letters`],kn=[``,`live`,`statistics`],B=nt(An(location));function An(e){let t=e.pathname.split(`/`).at(-1)??``;return{page:On.includes(t)?t:``,query:Object.fromEntries(new URLSearchParams(e.search))}}function V(e,t={}){let n=Object.entries(t).filter(e=>!!e[1]),r=new URLSearchParams(n).toString();return`./${e}${r&&`?${r}`}`}function H(e){return V(B.value.page,{...B.value.query,...e})}var jn=V(``);function Mn(){U(jn)}function U(e,t=`push`){let n=new URL(e,document.baseURI);history[t===`push`?`pushState`:`replaceState`](null,``,n);let r=B.value.page;B.value=An(n),t===`push`&&window.scrollTo(0,0),B.value.page!==r&&requestAnimationFrame(()=>document.querySelector(`main`)?.focus())}function Nn(){addEventListener(`popstate`,()=>B.value=An(location)),ft(()=>{B.value.page===``&&(jn=H({}))}),addEventListener(`click`,e=>{let t=e.target instanceof Element?e.target.closest(`a`):null,n=e.button===0&&!(e.metaKey||e.ctrlKey||e.shiftKey||e.altKey);t===null||!n||e.defaultPrevented||t.target||t.hasAttribute(`download`)||t.dataset.page!==void 0&&t.origin===location.origin&&(e.preventDefault(),U(t.href))})}function Pn({info:e}){let{query:t}=B.value,n=t.order===`oldest`,r=t.after!==void 0||t.before!==void 0;if(!e.hasNextPage&&!e.hasPreviousPage&&!r)return null;let i=(e,t,n)=>R(`a`,{class:`button`,"data-page":!0,rel:e,href:H({after:void 0,before:void 0,...t}),children:n});return R(`nav`,{class:`pages`,"aria-label":`Pages of the list`,children:[r&&i(`first`,{},n?`Oldest`:`Newest`),e.hasPreviousPage&&i(`prev`,{before:e.startCursor??void 0},n?`← Older`:`← Newer`),e.hasNextPage&&i(`next`,{after:e.endCursor??void 0},n?`Newer →`:`Older →`)]})}var Fn=[{key:`to`,example:`to:ann@example.org`,says:`the recipient's address`},{key:`domain`,example:`domain:example.org`,says:`the recipient's domain`},{key:`id`,example:`id:abc-123`,says:`the tracking id; also msgid:`},{key:`status`,example:`status:bounced,deferred`,says:`queued, deferred, delivered, bounced, unknown`},{key:`category`,example:`category:mailbox_full`,says:`the reason of a deferral or a bounce`},{key:`sender`,example:`sender:42`,says:`the account that sent the mail`},{key:`source`,example:`source:relay-1`,says:`who posted it, as the gateway names it; in the list of events`},{key:`code`,example:`code:103`,says:`the event's code, in the list of events`},{key:`after`,example:`after:1h`,says:`at this time or later: 30s, 15m, 7d, 2026-11-22, 2026-11-22T10:00:00Z`},{key:`before`,example:`before:2026-11-22`,says:`before this time`},{key:`-`,example:`-status:delivered`,says:`not this`}],In=String.raw`(?:"(?:[^"\\]|\\["\\])*"|[^\s,"]+)`,Ln=new RegExp(String.raw`(-?)(?:([A-Za-z_]+):)?(${In}(?:,${In})*)(?=\s|$)`,`y`),Rn=/^[A-Za-z_]+:$/,zn=new RegExp(In,`g`);function W(e){let t=[],n=0;for(;;){for(;/\s/.test(e.charAt(n));)n+=1;if(n>=e.length)return t;Ln.lastIndex=n;let r=Ln.exec(e);if(r===null||r[2]===void 0&&Rn.test(r[3]??``))return null;let i=(r[3]??``).match(zn)?.map(qn)??[],a=r[2]?.toLowerCase()??(i.every(e=>e.includes(`@`))?`to`:`id`);t.push({key:a,values:i,negated:r[1]===`-`}),n=Ln.lastIndex}}function G(e){return e.map(({key:e,values:t,negated:n})=>`${n?`-`:``}${e}:${t.map(Kn).join(`,`)}`).join(` `)}function Bn(e,t,n,r=!1){let i=W(e)??[],a=i.find(e=>e.key===t&&e.negated===r);if(a===void 0)return G([...i,{key:t,values:[n],negated:r}]);let o=a.values.includes(n)?a.values:[...a.values,n];return G(i.map(e=>e===a?{...e,values:o}:e))}function K(e,t,n){let r=(W(e)??[]).filter(e=>e.key!==t||e.negated);return G(n===void 0?r:[...r,{key:t,values:[n],negated:!1}])}function Vn(e,t,n,r=!1){return G((W(e)??[]).map(e=>e.key===t&&e.negated===r?{...e,values:e.values.filter(e=>e!==n)}:e).filter(e=>e.values.length>0))}function Hn(e,t){return G([{key:e,values:[t],negated:!1}])}var Un=[`to`,`domain`,`id`,`msgid`,`category`,`class`,`sender`,`source`,`after`];function Wn(e){let t=W(e)??[],n=t.some(({key:e,negated:t})=>t&&e!==`status`),r=t.some(({key:e,negated:t})=>!t&&Un.includes(e));return n&&!r?Bn(e,`after`,`30d`):e}function Gn(e){return e!==``&&e.length<=500&&!Fn.some(({key:t})=>RegExp(`(^|\\s)-?${t}:`,`i`).test(e))}function Kn(e){return/^[^\s,"]+$/.test(e)?e:`"${e.replace(/["\\]/g,`\\$&`)}"`}function qn(e){return e.startsWith(`"`)?e.slice(1,-1).replace(/\\(["\\])/g,`$1`):e}function Jn({icon:e,title:t,level:n=2,children:r}){return R(`div`,{class:`notice`,children:[R(z,{name:e}),R(n===1?`h1`:`h2`,{children:t}),r]})}function q({rows:e=12}){return R(`div`,{class:`loading`,role:`status`,"aria-label":`Loading`,children:Array.from({length:e},(e,t)=>R(`div`,{class:`bone`},t))})}var Yn={UNREACHABLE:`The server does not answer`,UNAVAILABLE:`The store or the broker is away`,BAD_USER_INPUT:`This search can't be read`,NO_INDEX:`This search would read everything`,LIMIT_EXCEEDED:`That is more than one answer may hold`,RATE_LIMITED:`Too many questions at once`,FORBIDDEN:`This token may not see that`,BAD_CURSOR:`This page of the list is no more`},Xn={UNREACHABLE:`Check that it runs and that the network is there, then try again.`,UNAVAILABLE:`It is asked again as soon as you try; nothing is lost meanwhile.`,RATE_LIMITED:`Wait for a moment, then try again.`,INTERNAL_SERVER_ERROR:`The server's log has the details under this id.`},Zn={addresses:`Ask for a token that sees addresses, or search by domain:.`,senders:`Ask for a token that sees all senders.`};function Qn({code:e,message:t}){return e===`FORBIDDEN`?Object.entries(Zn).find(([e])=>t.includes(e))?.[1]:Xn[e]}var $n=[`BAD_USER_INPUT`,`NO_INDEX`,`BAD_CURSOR`,`LIMIT_EXCEEDED`];function J({problem:e,again:t,level:n=2}){let r=Qn(e);return R(`div`,{role:`alert`,children:R(Jn,{icon:`warning`,level:n,title:Yn[e.code]??`That went wrong`,children:[R(`p`,{children:e.message}),r&&R(`p`,{class:`quiet`,children:r}),$n.includes(e.code)?R(er,{code:e.code}):R(`button`,{type:`button`,onClick:t,children:`Try again`})]})})}function er({code:e}){let t=B.value.query.q??``;return R(`p`,{class:`choices`,children:[e===`NO_INDEX`&&R(`a`,{class:`button`,"data-page":!0,href:H({q:Bn(t,`after`,`30d`)}),children:`Only the last 30 days`}),R(`button`,{type:`button`,popovertarget:`search-help`,children:`How to search`}),R(`a`,{class:`button`,"data-page":!0,href:H({after:void 0,before:void 0}),children:`To the first page`}),R(`a`,{class:`button`,"data-page":!0,href:V(``),children:`All mail`})]})}var tr=nt(Date.now());function nr(){setInterval(()=>{document.visibilityState===`visible`&&(tr.value=Date.now())},1e3),document.addEventListener(`visibilitychange`,()=>tr.value=Date.now())}function rr(e,t,n){let r=Dt(Tt,e),i=nt(r!==null&&n(r)?r:t);return ft(()=>Ot(Tt,e,i.value)),i}var ir=(...e)=>t=>e.includes(t),ar=rr(`theme`,`auto`,ir(`auto`,`light`,`dark`)),or=rr(`times`,`relative`,ir(`relative`,`absolute`)),sr=Intl.DateTimeFormat().resolvedOptions().timeZone,Y=rr(`zone`,sr,cr);function cr(e){try{return!!new Intl.DateTimeFormat(`en`,{timeZone:e})}catch{return!1}}ft(()=>{ar.value===`auto`?delete document.documentElement.dataset.theme:document.documentElement.dataset.theme=ar.value});var lr=[[`d`,86400],[`h`,3600],[`m`,60],[`s`,1]],ur=new Map;function dr(e){if(e<1e4)return`${+(e/1e3).toPrecision(2)} s`;let t=Math.round(e/1e3),n=lr.findIndex(([,e])=>t>=e),r=[];for(let[e,i]of lr.slice(n,n+2)){let n=Math.floor(t/i);t-=n*i,n>0&&r.push(`${n} ${e}`)}return r.join(` `)}function fr(e,t){let n=Math.round(Math.abs(t-e)/1e3);if(n<1)return`now`;let[r,i]=lr.find(([,e])=>n>=e)??[`s`,1],a=`${Math.floor(n/i)} ${r}`;return e<=t?`${a} ago`:`in ${a}`}function pr(e,t,n=!1){let r=Object.fromEntries(hr(t,n).formatToParts(e).map(({type:e,value:t})=>[e,t])),i=`${r.year}-${r.month}-${r.day}`,a=`${r.hour}:${r.minute}:${r.second}`;return n?`${i} ${a}.${r.fractionalSecond} ${r.timeZoneName}`:`${i} ${a}`}function mr(e,t){let n=Date.parse(`${t}Z`);if(Number.isNaN(n))return;let r=t=>Date.parse(`${pr(t,e).replace(` `,`T`)}Z`)-t,i=Math.floor(n/1e3)*1e3;return i-r(i-r(i))}function hr(e,t){let n=`${e} ${t}`,r=ur.get(n);return r===void 0&&(r=new Intl.DateTimeFormat(`en-GB`,{timeZone:e,year:`numeric`,month:`2-digit`,day:`2-digit`,hour:`2-digit`,minute:`2-digit`,second:`2-digit`,hourCycle:`h23`,...t&&{fractionalSecondDigits:3,timeZoneName:`short`}}),ur.set(n,r)),r}function X({at:e,form:t=or.value}){let n=Date.parse(e),r=Y.value,i=t===`relative`?fr(n,tr.value):pr(n,r);return R(`time`,{dateTime:e,title:`${pr(n,r,!0)}\n${e}`,children:i})}function gr(e){A(()=>{document.title=`${e} · Email Delivery Status`},[e])}var _r=2e3,vr=nt(``);async function yr(e){try{return await navigator.clipboard.writeText(e),!0}catch{return xr(e)}}async function br(e){vr.value=await yr(e)?`Copied ${e}`:`This browser does not allow copying`,setTimeout(()=>vr.value=``,_r)}function xr(e){let t=document.createElement(`textarea`),n=document.activeElement;t.value=e,t.className=`unseen`,document.body.append(t),t.select();let r=document.execCommand(`copy`);return t.remove(),n instanceof HTMLElement&&n.focus(),r}var Sr=nt([]);function Cr(e){let t=Ne(e);t.current=e,Me(()=>{let n=e.map(({key:e,says:n},r)=>({key:e,says:n,run:e=>t.current[r]?.run(e)}));return Sr.value=[...Sr.peek(),...n],()=>{Sr.value=Sr.peek().filter(e=>!n.includes(e))}},[])}function wr(){addEventListener(`keydown`,e=>{if(e.defaultPrevented||e.ctrlKey||e.metaKey||e.altKey||Tr(e.target)||e.key===` `&&e.target instanceof Element&&e.target.matches(`button, summary`)||e.key===`Escape`&&document.querySelector(`:popover-open`))return;let t=Sr.peek().findLast(({key:t})=>t===e.key);t!==void 0&&(e.preventDefault(),t.run(e))})}function Tr(e){return e instanceof HTMLElement&&(e.isContentEditable||e.matches(`input, select, textarea`))}function Er(e){let t=[...document.querySelectorAll(`[data-row]`)],n=t.findIndex(e=>e.contains(document.activeElement)),r=n<0?t.at(e>0?0:-1):t[n+e];r?.focus(),r?.scrollIntoView({block:`nearest`})}var Dr;function Or(e){Dr=e}function kr(){let e=Dr&&document.querySelector(`[data-row][data-id="${CSS.escape(Dr)}"]`);e&&[null,document.body,document.querySelector(`main`)].includes(document.activeElement)&&e.focus(),Dr=void 0}function Ar(){let e=document.activeElement?.closest(`[data-id]`)?.dataset.id;e&&br(e)}function jr({count:e,precision:t}){return e.toLocaleString(`en`)+(t===`AT_LEAST`?`+`:``)}var Mr={s:1e3,m:6e4,h:36e5,d:864e5,w:6048e5},Nr=[`delivered`,`deferred`,`bounced`,`queued`,`opened`,`clicked`,`complained`,`unsubscribed`,`unknown`];function Pr(e,t,n){let r=t=>e.find(e=>e.key===t&&!e.negated)?.values??[],i=e=>t.includes(e)?r(e):[],a=i(`status`).map(e=>e.toUpperCase()),[o,s,c]=[i(`domain`),i(`category`),i(`source`)],l=i(`sender`).filter(e=>/^-?\d+$/.test(e)),[u,d]=[Fr(r(`after`)[0],n),Fr(r(`before`)[0],n)];return{...a.length>0&&{kinds:a},...o.length===1&&{recipientDomain:o[0]??null},...s.length===1&&{category:s[0]??null},...c.length===1&&{source:c[0]??null},...l.length>0&&{senderIds:l.map(Number)},...(u||d)&&{occurredAt:{...u&&{gte:u},...d&&{lt:d}}}}}function Fr(e,t){if(e===void 0)return;let n=/^(\d{1,9})([smhdw])$/.exec(e),r=Math.floor(t/6e4)*6e4,i=n?r-Number(n[1])*(Mr[n[2]??`s`]??0):Date.parse(e);return Number.isNaN(i)?void 0:new Date(Math.max(i,0)).toISOString()}var Ir={open:{title:`Open`,states:[`OPEN`,`PARTLY`]},requeued:{title:`Sent on`,states:[`REQUEUED`]},all:{title:`All`,states:null}},Lr={invalid:`Invalid`,unsupported:`Unsupported`,too_large:`Too large`,no_event:`No event`},Rr={body:`Whole bodies`,row:`Rows`,record:`Records`},zr={"1h":`Last hour`,"24h":`Last 24 hours`,"7d":`Last 7 days`};function Br(e){return e.state!==void 0&&e.state in Ir?e.state:`open`}function Vr(e,t){let{states:n}=Ir[Br(e)],{reason:r,part:i,source:a,member:o,since:s}=e,c=Fr(s,t);return{...n&&{states:n},...r&&{reasons:[r]},...i&&i in Rr&&{parts:[i.toUpperCase()]},...a&&{sources:[a]},...o&&{member:o},...c&&{receivedAt:{gte:c}}}}function Hr(e){let t=e=>/^[\w.:@/-]+$/.test(e)?e:`'${e.replaceAll(`'`,`'\\''`)}'`,n=[`reason`,`source`,`part`,`member`,`since`].flatMap(n=>{let r=e[n];return r?[`--${n} ${t(r)}`]:[]});return Br(e)===`requeued`&&n.push(`--state requeued --again`),`eds dead-letters requeue ${n.join(` `)||`--all`}`}function Ur({errors:e,problem:t,reason:n}){let r=e.map(({path:e,reasons:t})=>({path:e,says:t.join(` `)}));t!=null&&r.unshift({path:``,says:t});let[i={path:``,says:n.replaceAll(`_`,` `)}]=r;return{...i,more:Math.max(r.length-1,0)}}function Wr(e){return e.replace(/^\[\d+\]\.?/,``)}function Gr(e){return Uint8Array.from(atob(e),e=>e.charCodeAt(0))}function Kr(e){let t=[];for(let n=0;n<e.length;n+=16){let r=[...e.subarray(n,n+16)],i=r.map(e=>e.toString(16).padStart(2,`0`)),a=`${i.slice(0,8).join(` `).padEnd(23)}  ${i.slice(8).join(` `).padEnd(23)}`,o=r.map(e=>e>=32&&e<127?String.fromCharCode(e):`.`).join(``);t.push(`${n.toString(16).padStart(6,`0`)}  ${a}  ${o}`)}return t.join(`
`)}function qr({text:e,label:t,children:n}){let[r,i]=k(``);return R(`button`,{type:`button`,class:`copy`,title:t,"aria-label":n?void 0:t,onClick:async()=>{i(await yr(e)?`Copied`:`Not allowed`),setTimeout(()=>i(``),1500)},children:[R(z,{name:r===`Copied`?`done`:`copy`}),n&&R(`span`,{children:n}),R(`span`,{role:`status`,class:n?`unseen`:`said`,children:r})]})}function Jr(e){let t=``,n=0,r=()=>`\n${`  `.repeat(n)}`;for(let[i]of e.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/g))if(i===`{`||i===`[`)n+=1,t+=i+r();else if(i===`}`||i===`]`){--n;let e=t.trimEnd();t=/[{[]$/.test(e)?e+i:t+r()+i}else t+=i===`,`?i+r():i===`:`?`: `:i;return t}function Z(e){return e===null?`null`:Array.isArray(e)?`array`:typeof e}function Yr(e){return Z(e)===`object`}function Xr(e){return Array.isArray(e)&&e.length>0&&e.every(e=>`message`in e)}function Zr(e,t){return e.length<124?e:t}var Q=(e=>(e[e.InternalServerError=4500]=`InternalServerError`,e[e.InternalClientError=4005]=`InternalClientError`,e[e.BadRequest=4400]=`BadRequest`,e[e.BadResponse=4004]=`BadResponse`,e[e.Unauthorized=4401]=`Unauthorized`,e[e.Forbidden=4403]=`Forbidden`,e[e.SubprotocolNotAcceptable=4406]=`SubprotocolNotAcceptable`,e[e.ConnectionInitialisationTimeout=4408]=`ConnectionInitialisationTimeout`,e[e.ConnectionAcknowledgementTimeout=4504]=`ConnectionAcknowledgementTimeout`,e[e.SubscriberAlreadyExists=4409]=`SubscriberAlreadyExists`,e[e.TooManyInitialisationRequests=4429]=`TooManyInitialisationRequests`,e))(Q||{}),Qr=(e=>(e.ConnectionInit=`connection_init`,e.ConnectionAck=`connection_ack`,e.Ping=`ping`,e.Pong=`pong`,e.Subscribe=`subscribe`,e.Next=`next`,e.Error=`error`,e.Complete=`complete`,e))(Qr||{});function $r(e){if(!Yr(e))throw Error(`Message is expected to be an object, but got ${Z(e)}`);if(!e.type)throw Error(`Message is missing the 'type' property`);if(typeof e.type!=`string`)throw Error(`Message is expects the 'type' property to be a string, but got ${Z(e.type)}`);switch(e.type){case`connection_init`:case`connection_ack`:case`ping`:case`pong`:if(e.payload!=null&&!Yr(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${e.payload}"`);break;case`subscribe`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Z(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Yr(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Z(e.payload)}`);if(typeof e.payload.query!=`string`)throw Error(`"${e.type}" message payload expects the 'query' property to be a string, but got ${Z(e.payload.query)}`);if(e.payload.variables!=null&&!Yr(e.payload.variables))throw Error(`"${e.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${Z(e.payload.variables)}`);if(e.payload.operationName!=null&&Z(e.payload.operationName)!==`string`)throw Error(`"${e.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${Z(e.payload.operationName)}`);if(e.payload.extensions!=null&&!Yr(e.payload.extensions))throw Error(`"${e.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${Z(e.payload.extensions)}`);break;case`next`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Z(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Yr(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Z(e.payload)}`);break;case`error`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Z(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);if(!Xr(e.payload))throw Error(`"${e.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(e.payload)}`);break;case`complete`:if(typeof e.id!=`string`)throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Z(e.id)}`);if(!e.id)throw Error(`"${e.type}" message requires a non-empty 'id' property`);break;default:throw Error(`Invalid message 'type' property "${e.type}"`)}return e}function ei(e,t){return $r(typeof e==`string`?JSON.parse(e,t):e)}function ti(e,t){return $r(e),JSON.stringify(e,t)}function ni(e){let{url:t,connectionParams:n,lazy:r=!0,onNonLazyError:i=console.error,lazyCloseTimeout:a=0,keepAlive:o=0,disablePong:s,connectionAckWaitTimeout:c=0,retryAttempts:l=5,retryWait:u=async function(e){let t=2**e;await new Promise(e=>setTimeout(e,t*1e3+Math.floor(Math.random()*2700+300)))},shouldRetry:d=ii,on:f,webSocketImpl:p,generateID:m=function(){return`xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx`.replace(/[xy]/g,e=>{let t=Math.random()*16|0;return(e==`x`?t:t&3|8).toString(16)})},jsonMessageReplacer:h,jsonMessageReviver:g}=e,_;if(p){if(!oi(p))throw Error(`Invalid WebSocket implementation provided`);_=p}else typeof WebSocket<`u`?_=WebSocket:typeof global<`u`?_=global.WebSocket||global.MozWebSocket:typeof window<`u`&&(_=window.WebSocket||window.MozWebSocket);if(!_)throw Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");let v=_,y=(()=>{let e=(()=>{let e={};return{on(t,n){return e[t]=n,()=>{delete e[t]}},emit(t){`id`in t&&e[t.id]?.(t)}}})(),t={connecting:f?.connecting?[f.connecting]:[],opened:f?.opened?[f.opened]:[],connected:f?.connected?[f.connected]:[],ping:f?.ping?[f.ping]:[],pong:f?.pong?[f.pong]:[],message:f?.message?[e.emit,f.message]:[e.emit],closed:f?.closed?[f.closed]:[],error:f?.error?[f.error]:[]};return{onMessage:e.on,on(e,n){let r=t[e];return r.push(n),()=>{let e=r.indexOf(n);e>-1&&r.splice(e,1)}},emit(e,...n){for(let r of[...t[e]])r(...n)}}})();function b(e){let t=[y.on(`error`,n=>{t.forEach(e=>e()),e(n)}),y.on(`closed`,n=>{t.forEach(e=>e()),e(n)})];return()=>t.forEach(e=>e())}let x,S=0,ee,C=!1,w=0,T=!1;async function E(){clearTimeout(ee);let[e,r]=await(x??=new Promise((e,r)=>(async()=>{if(C){if(await u(w),!S)return x=void 0,r({code:1e3,reason:`All Subscriptions Gone`});w++}y.emit(`connecting`,C);let i=new v(typeof t==`function`?await t():t,`graphql-transport-ws`),a,l;function d(){isFinite(o)&&o>0&&(clearTimeout(l),l=setTimeout(()=>{i.readyState===v.OPEN&&(i.send(ti({type:Qr.Ping})),y.emit(`ping`,!1,void 0))},o))}b(e=>{x=void 0,clearTimeout(a),clearTimeout(l),r(e),e instanceof ri&&(i.close(4499,`Terminated`),i.onerror=null,i.onclose=null)}),i.onerror=e=>y.emit(`error`,e),i.onclose=e=>y.emit(`closed`,e),i.onopen=async()=>{try{y.emit(`opened`,i);let e=typeof n==`function`?await n():n;if(i.readyState!==v.OPEN)return;i.send(ti(e?{type:Qr.ConnectionInit,payload:e}:{type:Qr.ConnectionInit},h)),isFinite(c)&&c>0&&(a=setTimeout(()=>{i.close(Q.ConnectionAcknowledgementTimeout,`Connection acknowledgement timeout`)},c)),d()}catch(e){y.emit(`error`,e),i.close(Q.InternalClientError,Zr(e instanceof Error?e.message:String(e),`Internal client error`))}};let f=!1;i.onmessage=({data:t})=>{try{let n=ei(t,g);if(y.emit(`message`,n),n.type===`ping`||n.type===`pong`){y.emit(n.type,!0,n.payload),n.type===`pong`?d():s||(i.send(ti(n.payload?{type:Qr.Pong,payload:n.payload}:{type:Qr.Pong},h)),y.emit(`pong`,!1,n.payload));return}if(f)return;if(n.type!==Qr.ConnectionAck)throw Error(`First message cannot be of type ${n.type}`);clearTimeout(a),f=!0,y.emit(`connected`,i,n.payload,C),C=!1,w=0;let r=new Promise((e,t)=>b(t));r.catch(()=>{}),e([i,r])}catch(e){i.onmessage=null,y.emit(`error`,e),i.close(Q.BadResponse,Zr(e instanceof Error?e.message:String(e),`Bad response`))}}})()));e.readyState===v.CLOSING&&await r;let i=()=>{},l=new Promise(e=>i=e);return[e,i,new Promise((t,n)=>{let i=b(n);e.readyState!==v.OPEN&&r.catch(n),l.then(()=>{if(i(),!S){let t=()=>e.close(1e3,`Normal Closure`);isFinite(a)&&a>0?(clearTimeout(ee),ee=setTimeout(()=>{!S&&e.readyState===v.OPEN&&t()},a)):t()}t()})})]}function te(e){if(ii(e)&&(ai(e.code)||[Q.InternalServerError,Q.InternalClientError,Q.BadRequest,Q.BadResponse,Q.Unauthorized,Q.SubprotocolNotAcceptable,Q.SubscriberAlreadyExists,Q.TooManyInitialisationRequests].includes(e.code)))throw e;if(T)return!1;if(ii(e)&&e.code===1e3)return S>0;if(!l||w>=l||!d(e))throw e;return C=!0}r||(async()=>{for(S++;;)try{let[,,e]=await E();await e}catch(e){try{if(!te(e))return}catch(e){return i?.(e)}}})();function ne(e,t){let n=m(e),r=!1,i=!1,a=()=>{S--,r=!0};return(async()=>{for(S++;;)try{let[o,s,c]=await E();if(r)return c.catch(()=>{}),s();let l=y.onMessage(n,e=>{switch(e.type){case Qr.Next:t.next(e.payload);return;case Qr.Error:i=!0,r=!0,t.error(e.payload),a();return;case Qr.Complete:r=!0,a();return}});o.send(ti({id:n,type:Qr.Subscribe,payload:e},h)),a=()=>{!r&&o.readyState===v.OPEN&&o.send(ti({id:n,type:Qr.Complete},h)),S--,r=!0,s()},await c.finally(l);return}catch(e){if(!te(e))return}})().then(()=>{i||t.complete()}).catch(e=>{t.error(e)}),()=>{r||a()}}return{on:y.on,subscribe:ne,iterate(e){let t=[],n={done:!1,error:null,resolve:()=>{}},r=ne(e,{next(e){t.push(e),n.resolve()},error(e){n.done=!0,n.error=e,n.resolve()},complete(){n.done=!0,n.resolve()}}),i=async function*(){for(;;){for(t.length||await new Promise(e=>n.resolve=e);t.length;)yield t.shift();if(n.error)throw n.error;if(n.done)return}}();return i.throw=async e=>(n.done||(n.done=!0,n.error=e,n.resolve()),{done:!0,value:void 0}),i.return=async()=>(r(),{done:!0,value:void 0}),i},async dispose(){if(T=!0,x){let[e]=await x;e.close(1e3,`Normal Closure`)}},terminate(){x&&y.emit(`closed`,new ri)}}}var ri=class extends Error{name=`TerminatedCloseEvent`;message=`4499: Terminated`;code=4499;reason=`Terminated`;wasClean=!1};function ii(e){return Yr(e)&&`code`in e&&`reason`in e}function ai(e){return![1e3,1001,1006,1005,1012,1013,1014].includes(e)&&e>=1e3&&e<=1999}function oi(e){return typeof e==`function`&&`constructor`in e&&`CLOSED`in e&&`CLOSING`in e&&`CONNECTING`in e&&`OPEN`in e}var si=[250,500,1e3,2e3,5e3,1e4],ci=[`SLOW_CONSUMER`,`MISSED_CHANGES`,`GOING_AWAY`,`UNAVAILABLE`],li=class{bearer;isOpen=!1;client;constructor(e){this.bearer=e,this.client=ni({url:Nt.replace(/^http/,`ws`),connectionParams:e===null?{}:{authorization:`Bearer ${e}`},retryAttempts:0,lazyCloseTimeout:2e3,keepAlive:2e4,on:{connected:()=>this.isOpen=!0,closed:()=>this.isOpen=!1}})}subscribe(e,t,n){let r=!1,i=this.client.on(`connected`,n.opened),a=e=>{r||(r=!0,i(),e!==null&&n.ended(e))};this.isOpen&&n.opened();let o=this.client.subscribe({query:e,variables:t},{next:({data:e,errors:t,extensions:i})=>{t===void 0?r||n.next(e,i?.cursor):a(fi(t))},error:e=>a(Array.isArray(e)?fi(e):pi(e)),complete:()=>a({expired:!1})});return()=>{a(null),o()}}},ui;function di(e,t,n){let r=e.toString().includes(`$after`),i,a=0,o=()=>{},s=()=>{n.state?.(`connecting`),ui?.bearer!==N.peek()&&(ui=new li(N.peek()));let c=r&&i!==void 0?{...t,after:i}:t;o=ui.subscribe(e.toString(),c,{opened:()=>n.state?.(`open`),next:(e,t)=>{a=0,i=t??i,n.next(e)},ended:e=>{if(`problem`in e)return n.failed?.(e.problem);n.state?.(`broken`),e.expired&&(i=void 0),i!==void 0&&r||n.gap?.();let t=setTimeout(s,si[Math.min(a++,si.length-1)]);o=()=>clearTimeout(t)}})};return s(),()=>o()}function fi(e){let t=String(e[0]?.extensions?.code??`UNKNOWN`);return t===`CURSOR_EXPIRED`?{expired:!0}:ci.includes(t)?{expired:!1}:{problem:new F(e[0]?.message??`The API ended the subscription.`,t)}}function pi(e){let{code:t,reason:n}=e??{};return t===4401||t===4403?{problem:new F(n||`The token was refused.`,`UNAUTHENTICATED`)}:t===4400||t===4406?{problem:new F(n||`The API refused.`,`BAD_REQUEST`)}:{expired:!1}}var mi={UNKNOWN:`No event said how far it is`,QUEUED:`Accepted for sending`,DEFERRED:`Refused for now; the sender tries again`,DELIVERED:`The recipient's server took it`,BOUNCED:`It will not arrive`,COMPLAINED:`The recipient called it spam`,UNSUBSCRIBED:`The recipient wants no more of it`,OPENED:`The mail was displayed`,CLICKED:`A link of the mail was followed`};function hi(e){return e.charAt(0)+e.slice(1).toLowerCase()}function gi({of:e,large:t=!1}){let n=e.toLowerCase();return R(`span`,{class:`mark ${n} ${t?`large`:``}`,title:mi[e],children:[R(z,{name:n}),hi(e)]})}var _i=/^\s*(\d{3}(?:[ -]|$))?\s*([245]\.\d{1,3}\.\d{1,3})?/;function vi({code:e,enhancedCode:t,message:n,kind:r}){let i=n??``,[a=``,o,s]=_i.exec(i)??[],c=[o===void 0?e:null,s===void 0?t:null,a.trim()].filter(e=>e!=null&&e!==``).join(` `);return R(`p`,{class:`reply`,children:[c&&R(`b`,{children:c}),R(`span`,{children:i.slice(a.length).trim()||!c&&`no reply text`}),r!=null&&R(`small`,{title:`resp_class, the sender's own class of the reply`,children:[`class `,r]})]})}function yi(e){return e==null||/^.?…(@|$)/u.test(e)?void 0:e}function bi(e){return/…(@|%40|")/u.test(e)}var xi=200;function Si({message:e,first:t,version:n}){let{pageInfo:r}=e.deliveries,i=B.value.query.to,a=e.deliveryCounts.total,o=Ci(e,i,n);return R(`section`,{"aria-labelledby":`deliveries`,children:[R(`h2`,{id:`deliveries`,children:[a===1?`Recipient`:`${a.toLocaleString(`en`)} recipients`,a>1&&R(wi,{message:e})]}),R(`ul`,{class:`deliveries`,children:o.map(e=>R(Ti,{delivery:e,several:a>1,chosen:i!==void 0&&i===e.recipient},e.id))}),r.hasNextPage&&(t<xi?R(`a`,{class:`button`,"data-page":!0,href:H({recipients:String(Math.min(t*2,xi))}),children:`More recipients`}):R(`a`,{class:`button`,"data-page":!0,href:V(``,{q:Hn(`id`,e.trackingId)}),children:[`All `,a.toLocaleString(`en`),` recipients as a list`]}))]})}function Ci({trackingId:e,deliveries:{nodes:t}},n,r){let i=e=>e.recipient===n,a=n===void 0?void 0:t.find(i),o=n!==void 0&&a===void 0&&!P.value,{data:s}=I(dn,o?{trackingId:e,recipient:n}:null,{version:r}),c=a??(o?s?.deliveries.nodes.find(i):void 0);return c===void 0?t:[c,...t.filter(e=>e!==c)]}function wi({message:{deliveryCounts:e}}){return R(`span`,{class:`counts`,children:[`DELIVERED`,`BOUNCED`,`DEFERRED`,`QUEUED`,`UNKNOWN`].map(t=>{let n=e[t.toLowerCase()];return n>0&&R(`span`,{children:[R(gi,{of:t}),` `,n.toLocaleString(`en`)]},t)})})}function Ti({delivery:e,several:t,chosen:n}){let{recipient:r,phase:i,phaseAt:a,tries:o,facts:s,lastResponse:c,classification:l}=e,u=yi(r),d=r?.split(`@`).at(-1);return R(`li`,{class:`delivery ${t&&n?`chosen`:``}`,children:[R(`div`,{class:`line`,children:[R(gi,{of:i}),R(`b`,{class:`recipient`,children:r??`no recipient named`}),a&&R(X,{at:a}),R(`span`,{class:`links`,children:[t&&u&&R(`a`,{"data-page":!0,href:H({to:n?void 0:u}),"aria-current":n?`true`:void 0,children:n?`All events`:`Its events`}),u&&R(`a`,{"data-page":!0,href:V(``,{q:Hn(`to`,u)}),children:`All mail to it`}),d&&R(`a`,{"data-page":!0,href:V(``,{q:Hn(`domain`,d)}),children:d})]})]}),c&&R(vi,{...c,kind:c.class}),R(`dl`,{class:`pairs`,children:[l&&R(x,{children:[R($,{name:`Reason`,children:[R(`a`,{"data-page":!0,href:V(``,{q:Hn(`category`,l.category)}),children:l.category.replaceAll(`_`,` `)}),` `,`· `,l.kind.toLowerCase()]}),R($,{name:`Decided by the rule`,children:R(`code`,{children:l.rule})})]}),o!=null&&o>0&&R($,{name:`Tries before`,children:o}),s.filter(({kind:e})=>e!==i).toSorted((e,t)=>e.firstAt.localeCompare(t.firstAt)).map(({kind:e,firstAt:t,count:n})=>R($,{name:hi(e),children:[R(X,{at:t}),n>1&&` · ${n} times`]},e))]})]})}var Ei=6e4,Di=[`QUEUED`,`DELIVERED`,`BOUNCED`];function Oi(e,t){let n=t?e.toReversed():e,r=ji(n),i=new Map,a=n.map((e,t)=>{let a=n[t-1],o=a?Date.parse(e.occurredAt)-Date.parse(a.occurredAt):0;return{event:e,gap:o>0?dr(o):null,oddities:[...ki(e),...Ai(r.has(e)),...Mi(e,i)]}});return t?a.reverse():a}function ki(e){let t=Date.parse(e.receivedAt)-Date.parse(e.occurredAt);return t<Ei?[]:[{name:`${dr(t)} late`,says:`So long after it happened it arrived`}]}function Ai(e){return e?[{name:`out of order`,says:`Events that happened later had arrived before it`}]:[]}function ji(e){let t=new Set,n=new Map;for(let r of e.toReversed()){let e=n.get(r.partition)??1/0;e<r.offset&&t.add(r),n.set(r.partition,Math.min(e,r.offset))}return t}function Mi(e,t){let n=e.kind===`DEFERRED`?` ${e.tries} ${e.respMsg}`:``;if(n===``&&!Di.includes(e.kind))return[];let r=`${e.kind} ${e.recipient}${n}`;return t.has(r)?[{name:`duplicate`,says:`The same was reported before for this recipient`}]:(t.set(r,e),[])}var Ni="${EDS_GATEWAY:-http://127.0.0.1:8080}/api/SMTP",Pi=`{"tracking_id":"first-message","rcpt_to":"ada@example.org","event_code":103,"event_label":"delivered","resp_code":250,"resp_msg":"250 2.0.0 OK","sender_id":1}`;function Fi(e=Pi){return`curl -sS "${Ni}" -H 'Content-Type: application/json' -d '[${e.replaceAll(`'`,`'\\''`)}]'`}function Ii({event:e}){let[t,n]=k(!1),r=t?e.value:Jr(e.value);return R(`div`,{class:`raw`,children:[R(`dl`,{class:`pairs`,children:[R($,{name:`Topic`,children:R(`code`,{children:e.topic})}),R($,{name:`Partition`,children:e.partition}),R($,{name:`Offset`,children:e.offset}),R($,{name:`Key`,children:R(`code`,{children:e.key})}),R($,{name:`Event id`,children:R(`code`,{children:e.eventId})}),R($,{name:`Happened`,children:R(X,{at:e.occurredAt,form:`absolute`})}),R($,{name:`Arrived`,children:R(X,{at:e.receivedAt,form:`absolute`})})]}),R(`div`,{class:`tools`,children:[R(`div`,{class:`segments`,role:`group`,"aria-label":`How it is shown`,children:[R(`button`,{type:`button`,"aria-pressed":!t,onClick:()=>n(!1),children:`Pretty`}),R(`button`,{type:`button`,"aria-pressed":t,onClick:()=>n(!0),children:`Raw`})]}),R(qr,{text:r,label:`Copy the event`,children:`Copy`}),!bi(e.value)&&R(qr,{text:Fi(e.value),label:`Copy a command that posts it again; that changes nothing`,children:`Copy as curl`})]}),R(`pre`,{tabIndex:0,"aria-label":`The event's value`,children:r})]})}function Li({step:{event:e,gap:t,oddities:n},several:r,alone:i=!1}){let a=B.value.query.event===e.id;return R(`li`,{class:`step ${e.kind.toLowerCase()} ${a?`open`:``}`,children:[t&&R(`span`,{class:`gap`,children:[`+`,t]}),R(`div`,{class:`line`,children:[R(gi,{of:e.kind}),R(X,{at:e.occurredAt,form:`absolute`}),r&&e.recipient&&R(`span`,{class:`recipient`,children:e.recipient}),n.map(({name:e,says:t})=>R(`span`,{class:`oddity`,title:t,children:e},e)),!i&&R(`a`,{class:`links`,"data-row":!0,"data-page":!0,href:H({event:a?void 0:e.id}),children:[a?`Close`:`Raw`,R(`span`,{class:`unseen`,children:[` event `,e.eventId]})]})]}),R(zi,{event:e}),a&&R(Ii,{event:e})]})}function Ri(e){return typeof e==`string`?e:`${typeof e==`number`&&Math.abs(e)>2**53-1?`≈ `:``}${JSON.stringify(e)}`}function zi({event:e}){let{respCode:t,respMsg:n,tries:r,extras:i,eventLabel:a,eventCode:o}=e,s=Object.entries(i??{}),c=[o,a].filter(e=>e!=null).join(` `);return R(x,{children:[(n||t!=null)&&R(vi,{code:t,message:n}),R(`p`,{class:`quiet small`,children:[c&&R(`span`,{children:c}),r!=null&&r>0&&R(`span`,{children:[r===1?`1 try`:`${r} tries`,` before`]}),e.source&&R(`span`,{children:[`from`,` `,R(`a`,{class:`from`,"data-page":!0,href:V(``,{q:Hn(`source`,e.source),in:`events`}),title:`All events that it posted`,children:e.source})]}),s.map(([e,t])=>R(`span`,{children:[e,`: `,R(`code`,{children:Ri(t)})]},e))]})]})}function Bi({id:e}){Cr([{key:`Escape`,says:`back to the list`,run:Mn}]);let{data:t,problem:n,again:r}=I(mn,P.value?null:{id:e});return n&&!t?R(J,{level:1,problem:n,again:r}):t?t.node?.__typename===`Event`?R(`section`,{"aria-label":`Event`,children:[R(`h1`,{children:`An event without a tracking id`}),R(`ol`,{class:`timeline`,children:Oi([t.node],!1).map(t=>R(Li,{step:t,several:!0,alone:!0},e))})]}):R(Jn,{level:1,icon:`search`,title:`There is no such event`,children:R(`p`,{children:`It may have been erased, or the retention's time is over.`})}):R(q,{rows:4})}var Vi=100,Hi=200;function Ui(e,t,n){let{query:r}=B.value,i={where:{trackingIds:[e],...t&&{recipient:t}},direction:Wi(r),first:Gi(r)};return I(fn,P.value?null:i,{version:n})}function Wi(e){return e.order===`newest`?`DESC`:`ASC`}function Gi(e){return Number(e.events)||Vi}function Ki({trackingId:e,answer:{data:t,problem:n,again:r},recipient:i,several:a}){let o=Wi(B.value.query)===`DESC`,s=t?.events.nodes??[];return R(`section`,{"aria-labelledby":`timeline`,children:[R(`div`,{class:`section-bar`,children:[R(`h2`,{id:`timeline`,children:[`Timeline`,i&&R(`span`,{class:`quiet`,children:[` of `,i]})]}),R(`a`,{class:`button`,"data-page":!0,href:H({order:o?void 0:`newest`}),children:o?`↓ Newest first`:`↑ Oldest first`})]}),n&&!t?R(J,{problem:n,again:r}):t?R(`ol`,{class:`timeline`,children:Oi(s,o).map(e=>R(Li,{step:e,several:a&&!i},e.event.id))}):R(q,{rows:4}),t?.events.pageInfo.hasNextPage&&(Gi(B.value.query)<Hi?R(`a`,{class:`button`,"data-page":!0,href:H({events:String(Hi)}),children:`More events`}):R(`p`,{class:`quiet`,children:[`The `,o?`last`:`first`,` `,s.length,` events are shown.`,` `,R(`a`,{"data-page":!0,href:V(``,{q:qi(e,i),in:`events`,order:o?void 0:`oldest`}),children:`All of them as a list`})]}))]})}function qi(e,t){let n=(e,t)=>({key:e,values:[t],negated:!1});return G([n(`id`,e),...t?[n(`to`,t)]:[]])}var Ji=50,Yi={connecting:`Connecting`,open:`This page changes as soon as the message does`,broken:`The connection for changes is broken; it is tried again. What you see may be old`};function Xi(){let{query:e}=B.value,t=e.id??``;return gr(t||`Event`),t?R(Zi,{trackingId:t},t):e.event?R(Bi,{id:e.event},e.event):R(ta,{trackingId:``})}function Zi({trackingId:e}){let{query:t}=B.value,n=Number(t.recipients)||Ji,r=Ne(0);A(()=>Or(e),[e]);let{version:i,connection:a}=Qi(e,r);Cr([{key:`Escape`,says:`back to the list`,run:()=>t.event?U(H({event:void 0})):Mn()},{key:`e`,says:`raw event, or close it`,run:$i},{key:`c`,says:`copy the tracking id`,run:()=>void br(e)}]);let{data:o,problem:s,again:c}=I(un,P.value?null:{trackingId:e,first:n},{version:i});r.current=o?.message?.revision??0;let l=o?.message?.deliveryCounts.total,u=(l??1)>1,d=u||l===void 0?t.to:void 0,f=Ui(e,d,i);if(s&&!o)return R(J,{level:1,problem:s,again:c});if(!o)return R(q,{rows:8});if(!o.message)return R(ta,{trackingId:e});let p=o.message;return R(`article`,{class:`message`,children:[R(ea,{message:p,connection:a}),R(Si,{message:p,first:n,version:i}),R(Ki,{trackingId:e,answer:f,recipient:d,several:u})]})}function Qi(e,t){let[n,r]=k(0),[i,a]=k(`connecting`),o=N.value;return A(()=>{if(!P.value)return di(pn,{trackingId:e},{next:({messageChanged:{revision:e}})=>e>t.current&&r(e),state:a,failed:()=>a(`broken`)})},[e,o]),{version:n,connection:i}}function $i(){let e=[...document.querySelectorAll(`.step a.links`)],t=e.find(e=>e.closest(`li`)?.contains(document.activeElement));(e.find(e=>e.closest(`.open`))??t??e.at(-1))?.click()}function ea({message:e,connection:t}){let{trackingId:n,phase:r,phaseAt:i,senderId:a,mailFrom:o,firstEventAt:s,lastEventAt:c,revision:l}=e;return R(`div`,{class:`head`,children:[R(`div`,{class:`title`,children:[R(`h1`,{children:[R(`span`,{class:`unseen`,children:`Message `}),R(`code`,{children:n})]}),R(qr,{text:n,label:`Copy the tracking id`}),R(`span`,{class:`following ${t}`,title:Yi[t],children:t===`open`?`Live`:t===`broken`?`Not live`:``})]}),R(`p`,{class:`phase`,children:[R(`span`,{role:`status`,children:R(gi,{of:r,large:!0})}),i&&R(X,{at:i})]}),R(`dl`,{class:`pairs`,children:[o!=null&&R($,{name:`From`,children:o||`<> (a bounce)`}),a!=null&&R($,{name:`Sender`,children:R(`a`,{"data-page":!0,href:V(``,{q:Hn(`sender`,String(a))}),children:a})}),R($,{name:`First event`,children:R(X,{at:s})}),R($,{name:`Last event`,children:R(X,{at:c})}),R($,{name:`Events`,children:l.toLocaleString(`en`)})]})]})}function $({name:e,children:t}){return R(`div`,{children:[R(`dt`,{children:e}),R(`dd`,{children:t})]})}function ta({trackingId:e}){return R(Jn,{level:1,icon:`search`,title:`No message has this tracking id`,children:[R(`p`,{children:R(`code`,{children:e})}),R(`p`,{children:`No event named it so far. If it was sent a moment ago, its first event may be on its way; this page shows it then.`}),R(`p`,{children:R(`a`,{"data-page":!0,href:V(``,{q:e.includes(`@`)?Hn(`to`,e):void 0}),children:`See all mail`})})]})}var na=100;function ra({outcome:e}){return e===`REQUEUED`||e===`PARTLY`}async function ia(e,t,n,r){if(`ids`in e)return{letters:(await oa({...e,dryRun:!0,again:t},r)).letters,more:!1};let i=[],a=null,o=!0;for(;o&&i.length<1e4;){let s=await oa({...e,dryRun:!0,again:t,first:na,after:a},r);i.push(...s.letters),n(i.length),o=s.pageInfo.hasNextPage,a=s.pageInfo.endCursor??null}return{letters:i,more:o}}async function aa(e,t,n,r){let i=[],a=Ft(na);for(let o=0;o<e.length;o+=a)i.push(...(await oa({ids:e.slice(o,o+a),dryRun:!1,again:t},r)).letters),n(i.length);return i}async function oa(e,t){let{requeueDeadLetters:n}=await It(Xt,e,t),[r]=n.userErrors;if(r)throw new F(r.message,r.code);return n}function sa({text:e,label:t}){return R(`div`,{class:`shell-line`,children:[R(`pre`,{tabIndex:0,children:e}),R(qr,{text:e,label:t})]})}var ca=8;function la({letter:e,where:t,done:n}){let{data:r}=I(Yt,P.value?null:{}),i=e?`eds dead-letters requeue ${e.address}${e.state===`REQUEUED`?` --again`:``}`:Hr(B.value.query);return r?R(`div`,{class:`requeue`,role:`group`,"aria-label":`Send on`,children:r.viewer.canRequeueDeadLetters?R(da,{letter:e,where:t,done:n}):R(x,{children:[R(`p`,{children:[`This `,r.viewer.name===`anybody`?`server can't send letters on`:`token has no right to send letters on, or this server can't`,`. On the gateway's machine this command says what it would do; with `,R(`code`,{children:`--yes`}),` it does it:`]}),R(sa,{text:i,label:`Copy the command`})]})}):null}function ua({says:e,isOpen:t,opener:n}){let{data:r}=I(Yt,P.value?null:{});return r?r.viewer.canRequeueDeadLetters?n(e):R(x,{children:[R(`button`,{type:`button`,disabled:!0,children:e}),n(t?`Close`:r.viewer.name===`anybody`?`This server can't…`:`This token may not…`)]}):null}function da({letter:e,where:t,done:n}){let[r,i]=k({at:`start`}),[a,o]=k(e?.state===`REQUEUED`),s=Ne(void 0);A(()=>()=>s.current?.abort(),[]);let c=async e=>{s.current?.abort();let{signal:t}=s.current=new AbortController;try{i(await e(t))}catch(e){if(t.aborted)return;if(!(e instanceof F))throw e;i({at:`failed`,problem:e})}},l=()=>{i({at:`looking`,letters:0});let n=e?{ids:[e.id]}:{where:t??{}};c(async e=>({at:`found`,found:await ia(n,a,e=>i({at:`looking`,letters:e}),e)}))},u=e=>{i({at:`sending`,letters:0,of:e.length}),c(async t=>{let r=await aa(e,a,t=>i({at:`sending`,letters:t,of:e.length}),t);return setTimeout(n,1e3),{at:`sent`,letters:r}})},d=()=>{s.current?.abort(),i({at:`start`})};switch(r.at){case`start`:return R(x,{children:[R(`p`,{children:`Letters are read again by the gateway's rules of today. What is good now goes to the events topic with its own time of arrival and source; what is bad still stays. First it is only looked at.`}),R(`div`,{class:`tools`,children:[R(`button`,{type:`button`,class:`primary`,onClick:l,children:`See what would be sent on`}),R(`label`,{children:[R(`input`,{type:`checkbox`,checked:a,onChange:e=>o(e.currentTarget.checked)}),` also what was sent on before`]})]})]});case`looking`:case`sending`:return R(`div`,{class:`tools`,children:[R(`span`,{role:`status`,children:r.at===`looking`?`Looking: ${r.letters.toLocaleString(`en`)} letters so far`:`Sending on: ${r.letters.toLocaleString(`en`)} of ${r.of.toLocaleString(`en`)} letters`}),R(`button`,{type:`button`,onClick:d,children:`Stop`})]});case`found`:return R(fa,{found:r.found,send:u,back:()=>i({at:`start`})});case`sent`:return R(ha,{letters:r.letters});case`failed`:return R(`div`,{role:`alert`,children:[R(`p`,{class:`warn`,children:[R(z,{name:`warning`}),` `,r.problem.message]}),R(`p`,{class:`quiet`,children:`Whatever was sent on is noted with its letter; to do it again doubles nothing.`}),R(`button`,{type:`button`,onClick:()=>i({at:`start`}),children:`Once more`})]})}}function fa({found:{letters:e,more:t},send:n,back:r}){let i=e.filter(ra),a=i.reduce((e,t)=>e+t.events,0);return R(x,{children:[R(`p`,{role:`status`,children:[R(`b`,{children:`Dry run: `}),e.length===0?`there is no such letter.`:pa(e),t&&` These are the first ${1e4.toLocaleString(`en`)}; there are more.`]}),R(ma,{letters:e}),R(`div`,{class:`tools`,children:[i.length>0&&R(`button`,{type:`button`,class:`primary`,onClick:()=>n(i.map(({id:e})=>e)),children:[`Send on `,i.length.toLocaleString(`en`),` `,i.length===1?`letter`:`letters`,` as `,a.toLocaleString(`en`),` `,a===1?`event`:`events`]}),R(`button`,{type:`button`,onClick:r,children:i.length>0?`Leave it`:`Back`})]})]})}function pa(e){let t=[[`REQUEUED`,`good now`],[`PARTLY`,`good in part`],[`STILL_BAD`,`still bad`],[`ALREADY_REQUEUED`,`sent on before`],[`GONE`,`gone from the topic`]].flatMap(([t,n])=>{let r=e.filter(e=>e.outcome===t).length;return r>0?[`${r.toLocaleString(`en`)} ${n}`]:[]});return e.length===1&&e[0].outcome===`STILL_BAD`?`the letter is still bad.`:`of ${e.length.toLocaleString(`en`)} ${e.length===1?`letter`:`letters`} ${t.join(`, `)}.`}function ma({letters:e}){let t=new Map;for(let{errors:n}of e)for(let{path:e,reasons:r}of n){let n=e.replace(/^\[\d+\]\.?/,``),i=`${n?`${n}: `:``}${r.join(` `).replace(/, got .*/,``)}`;t.set(i,(t.get(i)??0)+1)}let n=[...t].toSorted(([,e],[,t])=>t-e);return n.length===0?null:R(`ul`,{class:`still-bad`,"aria-label":`Why letters are bad still`,children:[n.slice(0,ca).map(([e,t])=>R(`li`,{children:[t>1&&R(`b`,{children:[t.toLocaleString(`en`),` × `]}),e]},e)),n.length>ca&&R(`li`,{class:`quiet`,children:[`and `,n.length-ca,` other reasons`]})]})}function ha({letters:e}){let t=e.filter(ra),n=t.reduce((e,t)=>e+t.events,0);return R(`p`,{role:`status`,class:`sent`,children:[R(z,{name:`done`}),R(`span`,{children:[t.length.toLocaleString(`en`),` `,t.length===1?`letter was`:`letters were`,` sent on as `,n.toLocaleString(`en`),` `,n===1?`event`:`events`,`, acknowledged by Kafka, and noted. The list shows it in a moment.`]})]})}var ga=1e4,_a={text:`Text`,pretty:`Pretty`,hex:`Hex`};function va({id:e}){let{data:t,problem:n,again:r}=I(Jt,P.value?null:{id:e},{everyMs:ga}),i=t?.node?.__typename===`DeadLetter`?t.node:void 0,a=H({letter:void 0,view:void 0,requeue:void 0});return gr(i?`Dead letter ${i.address}`:`Dead letter`),Cr([{key:`Escape`,says:`back to the list`,run:()=>U(a)},{key:`c`,says:`copy the letter's address`,run:()=>i&&void br(i.address)}]),n&&!t?R(J,{problem:n,again:r,level:1}):t?i?R(`article`,{class:`message letter`,children:[R(`p`,{class:`back`,children:R(`a`,{"data-page":!0,href:a,children:[R(z,{name:`back`}),` Dead letters`]})}),R(ya,{letter:i}),R(ba,{letter:i}),R(xa,{letter:i}),R(Ca,{letter:i,again:r})]}):R(Jn,{icon:`search`,title:`There is no such dead letter`,level:1,children:[R(`p`,{children:`Letters are kept for as long as the topic keeps them.`}),R(`p`,{children:R(`a`,{"data-page":!0,href:V(`dead-letters`),children:`See all of them`})})]}):R(q,{rows:6})}function ya({letter:e}){let{address:t,state:n,receivedAt:r,source:i,part:a,index:o,contentType:s,contentEncoding:c,contentBytes:l,letterId:u}=e;return R(`div`,{class:`head`,children:[R(`div`,{class:`title`,children:[R(`h1`,{children:[`Dead letter `,R(`code`,{children:t})]}),R(qr,{text:t,label:`Copy the address`})]}),R(`p`,{class:`phase`,children:[R(Dn,{state:n,large:!0}),R(`span`,{children:[`arrived `,R(X,{at:r})]})]}),R(`dl`,{class:`pairs`,children:[R($,{name:`Source`,children:i?R(`a`,{"data-page":!0,href:V(`dead-letters`,{source:i}),children:i}):`not named`}),R($,{name:`What it is`,children:[a===`ROW`?`a row of a body`:a===`BODY`?`a whole body`:a===`RECORD`?`a record of the events topic`:`not known`,o!=null&&`, number ${o} from 0`]}),s&&R($,{name:`Type`,children:s}),c&&R($,{name:`Encoding`,children:c}),l!=null&&R($,{name:`Size`,children:[l.toLocaleString(`en`),` bytes`]}),R($,{name:`Letter id`,children:R(`code`,{children:u})})]})]})}function ba({letter:{reason:e,errors:t,problem:n,redacted:r}}){return R(`section`,{"aria-labelledby":`errors`,children:[R(`h2`,{id:`errors`,children:[`What is wrong `,R(`span`,{class:`quiet`,children:e.replaceAll(`_`,` `)})]}),R(`table`,{class:`breakdown`,children:[R(`thead`,{children:R(`tr`,{children:[R(`th`,{scope:`col`,children:`Member`}),R(`th`,{scope:`col`,children:`Why`}),R(`th`,{scope:`col`,children:R(`span`,{class:`unseen`,children:`Others`})})]})}),R(`tbody`,{children:[n!=null&&R(`tr`,{children:[R(`th`,{scope:`row`,children:`the letter itself`}),R(`td`,{children:n}),R(`td`,{})]}),t.map(({path:e,reasons:t})=>R(`tr`,{children:[R(`th`,{scope:`row`,children:e?R(`code`,{children:e}):`the whole`}),R(`td`,{children:t.join(` `)}),R(`td`,{class:`number`,children:Wr(e)&&R(`a`,{"data-page":!0,href:V(`dead-letters`,{member:Wr(e)}),children:`Others like it`})})]},e))]})]}),r&&R(`p`,{class:`quiet`,children:`An erased address was taken out of it.`})]})}function xa({letter:{content:e,contentBase64:t,contentBytes:n,part:r}}){let i=e!=null,a={text:i,pretty:i&&Sa(e),hex:t!=null},o=B.value.query.view,s=o&&a[o]?o:i?`text`:a.hex?`hex`:void 0,c=s===`hex`?Kr(Gr(t)):s===`pretty`?Jr(e):e??``,l=t==null?null:Gr(t).length;return R(`section`,{"aria-labelledby":`bytes`,children:[R(`h2`,{id:`bytes`,children:`Its bytes`}),n==null?R(`p`,{class:`quiet`,children:r===`RECORD`?`The record had no value.`:`It has none.`}):s===void 0?R(`p`,{class:`quiet`,children:`They are no text, and this token may not see them as they are.`}):R(`div`,{class:`raw`,children:[R(`div`,{class:`tools`,children:[R(`div`,{class:`segments`,role:`group`,"aria-label":`How they are shown`,children:Object.keys(_a).filter(e=>a[e]).map(e=>R(`a`,{"data-page":!0,href:H({view:e}),"aria-current":s===e?`true`:void 0,children:_a[e]},e))}),R(qr,{text:c,label:`Copy what is shown`,children:`Copy`}),l!==null&&l<n&&R(`span`,{class:`quiet`,children:[`The first `,l.toLocaleString(`en`),` of `,n.toLocaleString(`en`),` bytes`]})]}),R(`pre`,{tabIndex:0,class:s===`hex`?`hex`:``,"aria-label":`The letter's bytes`,children:c})]})]})}function Sa(e){return/^\s*[[{]/.test(e)}function Ca({letter:e,again:t}){let[n,r]=k(B.value.query.requeue!==void 0),{requeued:i,state:a}=e;return R(`section`,{"aria-labelledby":`notes`,children:[R(`h2`,{id:`notes`,children:`What was done`}),R(`ul`,{class:`audit`,children:[R(`li`,{children:[R(X,{at:e.receivedAt,form:`absolute`}),` could not be used, and was kept`]}),i&&R(`li`,{children:[R(X,{at:i.at,form:`absolute`}),` `,i.events===1?`one event was`:`${i.events} events were`,` sent on by`,` `,R(`b`,{children:i.by}),i.bad>0&&`; ${i.bad} ${i.bad===1?`row`:`rows`} bad still`]})]}),n?R(la,{letter:e,done:t}):R(ua,{says:a===`REQUEUED`?`Send it on again…`:`Send it on…`,isOpen:!1,opener:e=>R(`button`,{type:`button`,onClick:()=>r(!0),children:e})})]})}var wa=50,Ta=1e4,Ea={after:void 0,before:void 0},Da=[`reason`,`part`,`source`,`member`,`since`];function Oa(){let{query:e}=B.value;gr(`Dead letters`);let t=e.letter;return t?R(va,{id:t},t):R(ka,{})}function ka(){let{query:e}=B.value;Cr([{key:`c`,says:`copy the letter's address`,run:Ar}]);let t=Vr(e,Math.floor(tr.value/6e4)*6e4),{data:n,problem:r,loading:i,again:a}=I(Kt,P.value?null:Aa(t,e),{everyMs:Ta}),o=I(qt,P.value?null:{where:t},{everyMs:Ta}).data?.deadLetters.totalCount,s=e.order===`oldest`,c=e.requeue!==void 0;return R(`section`,{class:`list letters`,"aria-label":`Dead letters`,children:[R(`h1`,{class:`unseen`,children:`Dead letters`}),R(`div`,{class:`list-bar`,children:[R(ja,{}),R(Ma,{name:`reason`,title:`Reason`,all:`Any reason`,values:Lr}),R(Ma,{name:`part`,title:`What it is`,all:`Bodies, rows, records`,values:Rr}),R(Ma,{name:`since`,title:`Arrived`,all:`Any time`,values:zr}),R(Na,{}),R(`span`,{class:`total`,role:`status`,"aria-busy":i,children:o&&`${jr(o)} ${o.count===1?`letter`:`letters`}`}),R(`a`,{class:`button`,"data-page":!0,href:H({...Ea,order:s?void 0:`oldest`}),children:s?`↑ Oldest first`:`↓ Newest first`}),o!==void 0&&o.count>0&&R(ua,{says:`Send on…`,isOpen:c,opener:e=>R(`a`,{class:`button`,"data-page":!0,href:H({requeue:c?void 0:`1`}),"aria-expanded":c,children:e})})]}),c&&R(la,{where:t,done:a},JSON.stringify(t)),r?R(J,{problem:r,again:a}):n===void 0?R(q,{}):n.deadLetters.nodes.length===0?R(Fa,{}):R(x,{children:[R(Pa,{rows:n.deadLetters.nodes}),R(Pn,{info:n.deadLetters.pageInfo})]})]})}function Aa(e,{order:t,before:n,after:r}){return{where:e,direction:t===`oldest`?`ASC`:`DESC`,...n?{last:wa,before:n}:{first:wa,after:r??null}}}function ja(){let e=Br(B.value.query);return R(`div`,{class:`segments`,role:`group`,"aria-label":`What was done`,children:Object.entries(Ir).map(([t,{title:n}])=>R(`a`,{"data-page":!0,href:H({...Ea,state:t===`open`?void 0:t}),"aria-current":e===t?`true`:void 0,children:n},t))})}function Ma({name:e,title:t,all:n,values:r}){let i=B.value.query[e]??``;return R(`select`,{"aria-label":t,value:i,onChange:t=>U(H({...Ea,[e]:t.currentTarget.value||void 0})),children:[R(`option`,{value:``,children:n}),Object.entries(r).map(([e,t])=>R(`option`,{value:e,children:t},e)),i!==``&&!(i in r)&&R(`option`,{value:i,children:i})]})}function Na(){let{query:e}=B.value,t=[`source`,`member`].filter(t=>e[t]);return t.length===0?null:R(`ul`,{class:`chips`,"aria-label":`Chosen`,children:t.map(t=>R(`li`,{children:[R(`span`,{children:[t,` `,R(`b`,{children:e[t]})]}),R(`a`,{"data-page":!0,href:H({...Ea,[t]:void 0}),"aria-label":`Drop ${t} ${e[t]}`,children:`×`})]},t))})}function Pa({rows:e}){return R(`ol`,{class:`rows`,children:e.map(e=>{let{path:t,says:n,more:r}=Ur(e);return R(`li`,{children:R(`a`,{class:`row`,"data-row":!0,"data-id":e.address,"data-page":!0,href:H({letter:e.id,requeue:void 0}),children:[R(Dn,{state:e.state}),R(`span`,{class:`who`,children:[R(`span`,{class:`cut`,children:e.reason.replaceAll(`_`,` `)}),R(`span`,{class:`quiet`,children:e.part.toLowerCase()})]}),R(`span`,{class:`why`,children:[t&&R(`b`,{children:t}),R(`span`,{class:`cut`,children:n}),r>0&&R(`span`,{class:`more`,children:[`+`,r]})]}),R(`span`,{class:`id cut`,children:e.source??`no source`}),R(X,{at:e.receivedAt})]})},e.id)})})}function Fa(){let{query:e}=B.value;return!Da.some(t=>e[t])&&Br(e)===`open`?R(Jn,{icon:`done`,title:`No open dead letters`,children:[R(`p`,{children:`Everything that arrived could be used, or was sent on. What can't be used in future is here, with its bytes and the reason.`}),R(`p`,{children:R(`a`,{"data-page":!0,href:H({...Ea,state:`all`}),children:`See those that were sent on`})})]}):R(Jn,{icon:`search`,title:`No such dead letter`,children:R(`p`,{children:[R(`a`,{"data-page":!0,href:V(`dead-letters`,{state:e.state}),children:`Drop the filters`}),` · `,R(`a`,{"data-page":!0,href:V(`dead-letters`,{state:`all`}),children:`See all dead letters`})]})})}var Ia=1e3,La=100,Ra=5,za=class{changed;rows=[];waiting=[];waitingCount=0;count=0;kinds=new Map;held=!1;perSecond=new Float64Array(61);second=0;arrived=[];shownAt=-1/0;frame=0;timer=0;constructor(e){this.changed=e}add(e){this.advance(Date.now()),this.perSecond[this.second%61]+=1,this.count+=1,this.kinds.set(e.kind,(this.kinds.get(e.kind)??0)+1),this.arrived.push({key:this.count,event:e}),this.arrived.length>2e3&&this.settle(),this.schedule()}hold(e){e!==this.held&&(this.settle(),this.held=e,e||(this.rows=Ba(this.waiting,this.rows),this.waiting=[],this.waitingCount=0),this.changed())}clear(){this.settle(),this.rows=[],this.waiting=[],this.waitingCount=0,this.changed()}rate(){return this.lastSeconds().slice(-5).reduce((e,t)=>e+t,0)/Ra}lastSeconds(){return this.advance(Date.now()),Array.from({length:60},(e,t)=>this.perSecond[(this.second+1+t)%61]??0)}stop(){cancelAnimationFrame(this.frame),clearTimeout(this.timer)}advance(e){let t=Math.floor(e/1e3),n=Math.min(t-this.second,61);for(let e=0;e<n;e+=1)this.perSecond[(t-e)%61]=0;this.second=Math.max(t,this.second)}schedule(){if(this.frame||this.timer)return;let e=this.shownAt+La-performance.now();e>0?this.timer=window.setTimeout(()=>{this.timer=0,this.schedule()},e):this.frame=requestAnimationFrame(()=>{this.frame=0,this.shownAt=performance.now(),this.settle(),this.changed()})}settle(){let e=this.arrived.reverse();this.arrived=[],this.held?(this.waiting=Ba(e,this.waiting),this.waitingCount+=e.length):e.length>0&&(this.rows=Ba(e,this.rows))}};function Ba(e,t){return e.length>=1e3?e.slice(0,Ia):e.concat(t.slice(0,Ia-e.length))}var Va=1500;function Ha({where:e,admits:t},n){let[,r]=k(0),[i,a]=k(`connecting`),[o,s]=k(),[c,l]=k(0),u=Ne(void 0),d=N.value,f=()=>({tail:new za(()=>r(e=>e+1)),since:Date.now(),last:void 0});return u.current??=f(),A(()=>{if(P.value)return;let n=u.current=f(),i=new Ua(e=>u.current.last=e);s(void 0),r(e=>e+1);let o=di(cn,{where:e},{next:({eventReceived:e})=>{i.arrived(Date.parse(e.receivedAt)),t(e)&&n.tail.add(e)},state:e=>{i.connection(e),a(e)},gap:()=>i.gap(),failed:s});return()=>{o(),n.tail.stop()}},[n,d,c]),{...u.current,connection:i,problem:o,again:()=>l(e=>e+1)}}var Ua=class{tell;brokenAt;lost=!1;silent=!1;last;leastDelay=1/0;constructor(e){this.tell=e}connection(e){e===`broken`&&(this.brokenAt??=(this.silent?this.last?.from:void 0)??Date.now()),e===`open`&&this.brokenAt!==void 0&&(this.last={from:this.brokenAt,to:Date.now(),resumed:!this.lost,caughtUp:0},this.tell(this.last),this.brokenAt=void 0,this.lost=!1,this.silent=!0)}gap(){this.lost=!0}arrived(e){this.silent=!1;let t=Date.now()-e;this.last?.resumed&&t>this.leastDelay+Va&&e<this.last.to-this.leastDelay&&(this.last={...this.last,caughtUp:this.last.caughtUp+1},this.tell(this.last)),this.leastDelay=Math.min(this.leastDelay,t)}},Wa=/^[=+\-@\t\r]/;function Ga(e){return`${e.map(Ka).join(`,`)}\r\n`}function Ka(e){if(e==null)return``;let t=typeof e==`string`&&Wa.test(e)?`'${e}`:String(e);return/[",\r\n]/.test(t)?`"${t.replaceAll(`"`,`""`)}"`:t}function qa(e){return`${JSON.stringify(e)}\n`}var Ja=class{newestFirst;pages=[];places=new Map;constructor(e){this.newestFirst=e}get rows(){return this.places.size}add(e){let t=this.pages.length,n=[],r=0;for(let{id:i,line:a}of this.newestFirst?e.toReversed():e){let e=new TextEncoder().encode(a),o=this.places.get(i);o&&this.pages[o.page]?.old.push(o),this.places.set(i,{page:t,from:r,to:r+e.length}),r+=e.length,n.push(e)}this.pages.push({lines:new Blob(n),old:[]})}file(e,t){let n=this.newestFirst?this.pages.toReversed():this.pages;return new Blob([e,...n.flatMap(Ya)],{type:t})}};function Ya({lines:e,old:t}){let n=t.toSorted((e,t)=>e.from-t.from);return[...n.map(({from:t},r)=>e.slice(n[r-1]?.to??0,t)),e.slice(n.at(-1)?.to??0)]}var Xa=200,Za={csv:`text/csv;charset=utf-8`,jsonl:`application/jsonl`};async function Qa(e,t,n){let r=new Ja(e.direction===`DESC`),i=e.format===`csv`?e=>Ga(Object.values(e)):qa,a=``;for await(let o of $a(e,n))e.format===`csv`&&o[0]&&(a||=Ga(Object.keys(o[0].row))),r.add(o.map(({id:e,row:t})=>({id:e,line:i(t)}))),t(r.rows);return r.file(a,Za[e.format])}async function*$a({search:e,events:t},n){let r=null;do{let i={search:e,direction:`ASC`,first:Xa,after:r},{found:a,next:o}=await(t?to(i,n):eo(i,n));yield a,r=o}while(r!==null)}async function eo(e,t){let{rows:n}=await It(on,e,t);return{found:n.nodes.map(e=>({id:e.id,row:io(e)})),next:no(n.pageInfo)}}async function to(e,t){let{rows:n}=await It(sn,e,t);return{found:n.nodes.map(e=>({id:e.id,row:ao(e)})),next:no(n.pageInfo)}}function no({hasNextPage:e,endCursor:t}){return e?t??null:null}function ro(e,t){return{[e]:t,[`${e} (${Y.peek()})`]:pr(Date.parse(t),Y.peek())}}function io(e){return{tracking_id:e.trackingId,recipient:e.recipient,status:e.phase.toLowerCase(),...ro(`last_event_at`,e.lastEventAt),phase_at:e.phaseAt,category:e.classification?.category,class:e.classification?.kind.toLowerCase(),resp_code:e.lastResponse?.code,enhanced_code:e.lastResponse?.enhancedCode,resp_msg:e.lastResponse?.message,tries:e.tries,sender_id:e.senderId,mail_from:e.mailFrom,first_event_at:e.firstEventAt,delivered_at:e.deliveredAt,bounced_at:e.bouncedAt,opened_at:e.openedAt,clicked_at:e.clickedAt,complained_at:e.complainedAt,unsubscribed_at:e.unsubscribedAt,events:e.eventCount}}function ao(e){return{tracking_id:e.trackingId,recipient:e.recipient,kind:e.kind.toLowerCase(),...ro(`occurred_at`,e.occurredAt),received_at:e.receivedAt,event_code:e.eventCode,event_label:e.eventLabel,resp_class:e.respClass,resp_code:e.respCode,resp_msg:e.respMsg,status:e.status,tries:e.tries,sender_id:e.senderId,mail_from:e.mailFrom,source:e.source,event_id:e.eventId,partition:e.partition,offset:e.offset}}function oo({search:e,events:t,oldest:n}){let[r,i]=k(),a=Ne(void 0);A(()=>()=>a.current?.abort(),[]);let o=async r=>{let o=a.current=new AbortController;i({rows:0,ending:o});let s={search:e,events:t,format:r,direction:n?`ASC`:`DESC`};try{so(await Qa(s,e=>i({rows:e,ending:o}),o.signal),`${t?`events`:`mail`}-${new Date().toISOString().slice(0,19).replaceAll(`:`,``)}Z.${r}`),i({said:`Saved`})}catch(e){if(!o.signal.aborted&&!(e instanceof F))throw e;i({said:e instanceof F?`Not saved: ${e.message}`:`Not saved`})}};return r&&`rows`in r?R(`span`,{class:`export`,role:`group`,"aria-label":`Export`,children:[R(`progress`,{"aria-label":`Export`}),R(`span`,{children:[r.rows.toLocaleString(`en`),` rows`]}),R(`button`,{type:`button`,onClick:()=>r.ending.abort(),children:`Cancel`})]}):R(`span`,{class:`export`,role:`group`,"aria-label":`Export`,children:[R(`span`,{role:`status`,children:r?.said??`Export`}),R(`button`,{type:`button`,onClick:()=>o(`csv`),children:`CSV`}),R(`button`,{type:`button`,onClick:()=>o(`jsonl`),children:`JSONL`})]})}function so(e,t){let n=document.createElement(`a`);n.href=URL.createObjectURL(e),n.download=t,n.click(),setTimeout(()=>URL.revokeObjectURL(n.href),6e4)}var co=[`delivered`,`deferred`,`bounced`,`queued`,`unknown`],lo=[`code`,`source`],uo={after:void 0,before:void 0};function fo({events:e,total:t,loading:n,children:r}){let{query:i}=B.value,a=i.q??``,o=i.order===`oldest`,s=(e,t,n)=>R(`a`,{"data-page":!0,href:H({...uo,in:e,q:po(a,e)}),"aria-current":n?`true`:void 0,children:t});return R(`div`,{class:`list-bar`,children:[R(`div`,{class:`segments`,role:`group`,"aria-label":`Rows`,children:[s(void 0,`Mail`,!e),s(`events`,`Events`,e)]}),R(ho,{search:a}),r,R(`span`,{class:`total`,role:`status`,"aria-busy":n,children:t&&`${jr(t)} ${mo(e,t.count)}`}),R(`a`,{class:`button`,"data-page":!0,href:H({...uo,order:o?void 0:`oldest`}),children:o?`↑ Oldest first`:`↓ Newest first`}),R(oo,{search:a,events:e,oldest:o},`${a} ${e}`)]})}function po(e,t){let n=W(e);if(n===null)return e;if(t===`events`)return G(n.filter(({key:e})=>e!==`category`&&e!==`class`));let r=e=>co.includes(e.toLowerCase());return G(n.filter(({key:e,values:t})=>!lo.includes(e)&&!(e===`status`&&!t.every(r))))}function mo(e,t){return e?t===1?`event`:`events`:t===1?`recipient`:`recipients`}function ho({search:e}){let t=W(e)??[];return t.length===0?null:R(`ul`,{class:`chips`,"aria-label":`Terms of the search`,children:t.flatMap(({key:t,values:n,negated:r})=>n.map(n=>R(`li`,{children:[R(`span`,{children:[r&&`not `,t,` `,R(`b`,{children:n})]}),R(`a`,{"data-page":!0,href:H({...uo,q:Vn(e,t,n,r)}),"aria-label":`Drop ${r?`-`:``}${t}:${n}`,children:R(z,{name:`close`})})]},`${r}${t}:${n}`)))})}var go=[`to`,`domain`,`id`,`msgid`,`status`,`code`,`category`,`class`,`sender`,`source`,`after`,`before`],_o=100;function vo(e){if(!go.includes(e.key))return`search: ${So(G([e]))}: there is no key '${e.key}'; known are ${go.join(`, `)}`}function yo(e){let t=xo(e)?`one time is enough`:`write ${e.key}:one,other for either of them`;return`search: ${So(G([e]))}: ${e.key} is given twice; ${t}`}function bo(e){return`search: ${So(G([e]))}: one time is enough`}function xo({key:e}){return e===`after`||e===`before`}function So(e){let t=e.slice(0,_o);return t.includes(`'`)&&!t.includes(`"`)?`"${t}"`:`'${t}'`}function Co(e,t){let n=W(e);if(n===null)return`A term is not key:value, or a quote in it has no end.`;let r=wo(n,t);if(r!==void 0)return r;let i=n.filter(To),a=n.filter(e=>!To(e));return{where:Eo(i,t),admits:e=>a.every(n=>Do(n,e,t)!==n.negated)}}function wo(e,t){let n=new Set;for(let r of e){let{key:e,values:i,negated:a}=r,o=vo(r)??(!a&&n.has(e)?yo(r):void 0);if(o!==void 0)return o;if(a||n.add(e),e===`category`||e===`class`)return`Events have no category of their own: follow them by status: and domain:.`;let s=e===`status`&&i.find(e=>!Nr.includes(e.toLowerCase()));if(s)return`“${s}” is not one of ${Nr.join(`, `)}.`;if((e===`sender`||e===`code`)&&i.some(e=>!/^-?\d+$/.test(e)))return`${e}: takes whole numbers.`;if(e===`after`||e===`before`){if(i.length>1)return bo(r);if(Fr(i[0],t)===void 0)return`“${i[0]}” is no time.`}}}function To({key:e,values:t,negated:n}){return!n&&(t.length===1||![`to`,`domain`].includes(e))}function Eo(e,t){let n=(...t)=>e.filter(({key:e})=>t.includes(e)).flatMap(e=>e.values),[r,i]=[n(`to`)[0],n(`domain`)[0]],[a,o,s]=[n(`id`,`msgid`),n(`status`),n(`code`)],[c,l]=[n(`sender`),n(`source`)],[u,d]=[Fr(n(`after`)[0],t),Fr(n(`before`)[0],t)];return{...r!==void 0&&{recipient:r},...i!==void 0&&{recipientDomain:i},...a.length>0&&{trackingIds:a},...o.length>0&&{kinds:o.map(e=>e.toUpperCase())},...s.length>0&&{eventCodes:s.map(Number)},...c.length>0&&{senderIds:c.map(Number)},...l.length>0&&{sources:l},...(u||d)&&{occurredAt:{...u&&{gte:u},...d&&{lt:d}}}}}function Do({key:e,values:t},n,r){let i=n.recipient?.toLowerCase()??``;return t.some(t=>{switch(e){case`to`:return i===Oo(t);case`domain`:return i.endsWith(`@${t.trim().toLowerCase().replace(/^@+/,``)}`);case`status`:return n.kind===t.toUpperCase();case`code`:return n.eventCode===Number(t);case`sender`:return n.senderId===Number(t);case`source`:return n.source===t;case`after`:return Date.parse(n.occurredAt)>=Date.parse(Fr(t,r)??``);case`before`:return Date.parse(n.occurredAt)<Date.parse(Fr(t,r)??``);default:return n.trackingId===t}})}function Oo(e){return e.trim().replace(/^[<>]+|[<>]+$/g,``).trim().toLowerCase()}var ko=[`DELIVERED`,`BOUNCED`,`DEFERRED`,`QUEUED`,`OPENED`,`CLICKED`,`COMPLAINED`,`UNSUBSCRIBED`,`UNKNOWN`];function Ao({search:e,followed:t,held:n,hold:r}){let{tail:i}=t;return R(`div`,{class:`live-bar`,children:[R(`div`,{class:`list-bar`,children:[R(Mo,{followed:t,held:n}),R(Fo,{tail:i}),R(ho,{search:e}),R(`span`,{class:`buttons`,children:[i.rows.length>0&&R(`button`,{type:`button`,class:`plain`,onClick:()=>i.clear(),title:`Clear the list: x`,children:`Clear`}),R(`button`,{type:`button`,class:`hold`,"aria-pressed":n!==null,onClick:()=>r(`reader`,n===null),title:`Space`,children:[R(z,{name:n===null?`pause`:`next`}),n===null?`Pause`:`Go on${i.waitingCount>0?`: ${jo(i)}`:``}`]})]})]}),R(Io,{tail:i,search:e,since:t.since})]})}function jo({waitingCount:e}){let t=e.toLocaleString(`en`);return e>1e3?`${t} new, the last ${Ia.toLocaleString(`en`)} of them kept`:`${t} new`}function Mo({followed:{connection:e},held:t}){let[n,r,i]=Po(e,t);return R(`span`,{class:`badge ${n}`,role:`status`,children:[R(z,{name:r}),i]})}var No={reader:`Paused`,focus:`Paused while a row has the focus`,scroll:`Paused while you read below`};function Po(e,t){return e===`broken`?[`broken`,`warning`,`Connection lost: trying again`]:e===`connecting`?[`connecting`,`clock`,`Connecting`]:t===null?[`live`,`live`,`Live`]:[`held`,`pause`,No[t]]}function Fo({tail:e}){tr.value;let t=e.lastSeconds(),n=Math.max(...t,1),r=e.rate();return R(`span`,{class:`rate`,title:`At most ${n} in one of the last 60 seconds`,children:[R(`b`,{children:r>=10?Math.round(r).toLocaleString(`en`):+r.toFixed(1)}),` a second`,R(`svg`,{class:`spark`,viewBox:`0 0 120 20`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:R(`path`,{d:t.map((e,t)=>e>0?`M${t*2+.75} 20V${(20-e/n*19).toFixed(1)}`:``).join(``)})})]})}function Io({tail:e,search:t,since:n}){if(tr.value,e.count===0)return null;let r=Math.floor((tr.value-n)/6e4);return R(`div`,{class:`kinds`,children:[R(`span`,{class:`quiet`,children:[e.count.toLocaleString(`en`),` `,e.count===1?`event`:`events`,` in `,r<1?`this minute`:`${r} min`]}),ko.map(n=>{let r=e.kinds.get(n);return r!==void 0&&R(`a`,{"data-page":!0,href:H({q:Bn(t,`status`,n.toLowerCase())}),children:[R(gi,{of:n}),` `,r.toLocaleString(`en`)]},n)})]})}var Lo=8,Ro=6e4,zo={wide:2.5,narrow:4.2};function Bo({rows:e,hold:t}){let n=Ne(null),[{first:r,count:i,height:a},o]=k({first:0,count:40,height:35});Me(()=>{let e=()=>{let e=Vo(n.current?.getBoundingClientRect().top??0);o(t=>t.first===e.first&&t.count===e.count&&t.height===e.height?t:e),t(`scroll`,window.scrollY>2*e.height)};return e(),addEventListener(`scroll`,e,{passive:!0}),addEventListener(`resize`,e),()=>{removeEventListener(`scroll`,e),removeEventListener(`resize`,e)}},[]),A(()=>()=>(t(`focus`,!1),t(`scroll`,!1)),[]);let s=Math.min(r,Math.max(e.length-i,0)),c=e.slice(s,s+i);return R(`ol`,{ref:n,class:`rows tail`,"aria-label":`Events, newest first`,style:{height:`${e.length*a+2}px`,paddingTop:`${s*a}px`},onFocusIn:e=>t(`focus`,e.target.matches(`:focus-visible`)),onFocusOut:()=>t(`focus`,!1),onPointerDown:()=>t(`focus`,!0),onPointerUp:()=>setTimeout(()=>t(`focus`,!1),0),onPointerCancel:()=>t(`focus`,!1),children:c.map((t,n)=>R(Ho,{row:t,place:s+n+1,count:e.length},t.key))})}function Vo(e){let t=parseFloat(getComputedStyle(document.documentElement).fontSize),n=Math.round((matchMedia(`(max-width: 52rem)`).matches?zo.narrow:zo.wide)*t);return{first:Math.max(Math.floor(-e/n)-Lo,0),count:Math.ceil(innerHeight/n)+16,height:n}}function Ho({row:{event:e},place:t,count:n}){let r=Date.parse(e.receivedAt)-Date.parse(e.occurredAt);return R(`li`,{"aria-posinset":t,"aria-setsize":n,children:R(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:V(`message`,{id:e.trackingId??void 0,event:e.id}),children:[R(gi,{of:e.kind}),R(`span`,{class:`who`,children:R(`span`,{class:`cut`,children:e.recipient??R(`i`,{children:`no recipient named`})})}),R(`span`,{class:`why`,children:[e.eventCode!=null&&R(`b`,{children:e.eventCode}),R(`span`,{class:`cut`,children:e.respMsg??e.eventLabel}),r>=Ro&&R(`span`,{class:`oddity`,children:[dr(r),` late`]})]}),R(`code`,{class:`id cut`,children:e.trackingId??`no tracking id`}),R(X,{at:e.receivedAt})]})})}var Uo=10;function Wo(){let e=B.value.query.q??``;gr(`Live`);let t=Co(e,Date.now());return R(`section`,{class:`live`,"aria-label":`Live`,children:[R(`h1`,{class:`unseen`,children:`Live`}),typeof t==`string`?R(x,{children:[R(ho,{search:e}),R(J,{problem:new F(t,`BAD_USER_INPUT`),again:()=>{}})]}):R(Go,{search:e,filter:t},e)]})}function Go({search:e,filter:t}){let n=Ha(t,e),{tail:r,problem:i}=n,[a,o]=Ko(r);return Cr([{key:` `,says:`pause, and go on`,run:()=>o(`reader`,a===null)},{key:`c`,says:`copy the row's tracking id`,run:Ar},{key:`x`,says:`clear the list`,run:()=>r.clear()}]),i?R(J,{problem:i,again:n.again}):R(x,{children:[R(Ao,{search:e,followed:n,held:a,hold:o}),R(qo,{tail:r,paused:a!==null}),R(Jo,{followed:n,search:e}),r.rows.length>0?R(Bo,{rows:r.rows,hold:o}):R(Yo,{search:e,tail:r}),r.rows.length>=1e3&&R(`p`,{class:`quiet ending`,children:[`The newest `,1e3.toLocaleString(`en`),` are kept here. `,R(`a`,{"data-page":!0,href:V(``,{q:e,in:`events`}),children:`All of them as a list`})]})]})}function Ko(e){let[t,n]=k(new Set);return A(()=>e.hold(t.size>0),[e,t]),[t.has(`reader`)?`reader`:t.has(`focus`)?`focus`:t.has(`scroll`)?`scroll`:null,(e,t)=>n(n=>{if(e===`reader`&&!t)return n.has(`scroll`)&&window.scrollTo(0,0),n.has(`focus`)&&document.activeElement?.blur(),new Set;if(n.has(e)===t)return n;let r=new Set(n);return t?r.add(e):r.delete(e),r})]}function qo({tail:e,paused:t}){let[n,r]=k(``);return A(()=>{let n=new Map(e.kinds),i=e.count,a=setInterval(()=>{let a=e.count-i,o=[...e.kinds].map(([e,t])=>[hi(e).toLowerCase(),t-(n.get(e)??0)]);if(n=new Map(e.kinds),i=e.count,a===0||t)return;let s=o.filter(([,e])=>e>0).map(([e,t])=>`${t} ${e}`);r(`${a} ${a===1?`event`:`events`} in the last ${Uo} seconds: ${s.join(`, `)}`)},Uo*1e3);return()=>clearInterval(a)},[e,t]),R(`p`,{class:`unseen`,role:`status`,children:n})}function Jo({followed:{last:e},search:t}){let[n,r]=k();if(e===void 0||n===e.from)return null;let i=e=>new Date(e).toISOString(),a=Bn(Bn(t,`after`,i(e.from-1e3)),`before`,i(e.to+1e3));return R(`p`,{class:`break-line ${e.resumed?``:`warn`}`,role:`status`,children:[R(z,{name:e.resumed?`done`:`warning`}),R(`span`,{children:[`The connection was away for `,dr(Math.max(e.to-e.from,100)),`, at `,R(X,{at:i(e.from),form:`absolute`}),`.`,` `,e.resumed?e.caughtUp>0?`${e.caughtUp.toLocaleString(`en`)} events that came meanwhile were brought afterwards: none is missing.`:`It went on behind the last event: none is missing.`:R(x,{children:[`What came meanwhile is not below. `,R(`a`,{"data-page":!0,href:V(``,{q:a,in:`events`}),children:`See those events`})]})]}),R(`button`,{type:`button`,class:`plain`,"aria-label":`Close`,onClick:()=>r(e.from),children:R(z,{name:`close`})})]})}function Yo({search:e,tail:t}){return t.count>0?R(Jn,{icon:`done`,title:`The list is cleared`,children:R(`p`,{class:`quiet`,children:`What comes next is shown here.`})}):R(Jn,{icon:`clock`,title:`Waiting for events`,children:e?R(x,{children:[R(`p`,{children:`The next event that your search admits is shown here the moment it arrives.`}),R(`p`,{class:`choices`,children:[R(`a`,{class:`button`,"data-page":!0,href:H({q:void 0}),children:`Follow all events`}),R(`a`,{class:`button`,"data-page":!0,href:V(``,{q:e,in:`events`}),children:`See the earlier ones`})]})]}):R(x,{children:[R(`p`,{children:`As soon as a mail server reports something, it is here. To post a notification yourself:`}),R(sa,{text:Fi(),label:`Copy the command`}),R(`p`,{children:R(`a`,{"data-page":!0,href:V(``,{in:`events`}),children:`See the earlier ones`})})]})})}function Xo({name:e,title:t,search:n,entries:r,elsewhere:i}){let a=t=>(W(n)??[]).filter(n=>n.key===e&&n.negated===t).flatMap(e=>e.values),[o,s]=[a(!1),a(!0)],c=r.filter(({total:e,value:t})=>e.count>0||o.includes(t)||s.includes(t));return c.length===0?null:R(`section`,{"aria-labelledby":`facet-${e}`,children:[R(`h2`,{id:`facet-${e}`,children:t}),R(`ul`,{children:c.map(t=>R(Zo,{name:e,entry:t,search:n,elsewhere:i?.to(t.value),is:o.includes(t.value)?`chosen`:s.includes(t.value)?`excluded`:``},t.value))}),i&&R(`p`,{class:`quiet small`,children:i.says})]})}function Zo({name:e,entry:t,search:n,elsewhere:r,is:i}){let{value:a,shown:o,total:s,title:c}=t,l=e=>H({q:Wn(e),after:void 0,before:void 0}),u=Vn(Vn(n,e,a),e,a,!0),d=l(Bn(u,e,a,!0));return R(`li`,{class:i,children:[R(`a`,{class:`value`,"data-page":!0,href:r??l(i?u:Bn(n,e,a)),"aria-current":i===`chosen`?`true`:void 0,title:c,onClick:e=>{e.shiftKey&&r===void 0&&(e.preventDefault(),U(d))},children:[R(`span`,{class:`cut`,children:o??a}),i===`excluded`&&R(`span`,{class:`unseen`,children:` is excluded`}),R(`span`,{class:`count`,children:jr(s)})]}),i!==`excluded`&&r===void 0&&R(`a`,{class:`exclude`,"data-page":!0,href:d,"aria-label":`Exclude ${e} ${a}`,title:`Exclude ${a}`,children:`−`})]})}var Qo=[[`1h`,`Last hour`],[`24h`,`Last 24 hours`],[`7d`,`Last 7 days`],[`30d`,`Last 30 days`]];function $o({search:e}){let t=t=>(W(e)??[]).find(e=>e.key===t&&!e.negated)?.values[0],[n,r]=[t(`after`),t(`before`)],i=r===void 0&&Qo.some(([e])=>e===n),a=(t,n)=>H({q:K(K(e,`after`,t),`before`,n),after:void 0,before:void 0});return R(`section`,{class:`when`,"aria-labelledby":`facet-when`,children:[R(`h2`,{id:`facet-when`,children:`Last event`}),R(`ul`,{children:Qo.map(([e,t])=>{let r=i&&e===n;return R(`li`,{class:r?`chosen`:``,children:R(`a`,{class:`value`,"data-page":!0,href:a(r?void 0:e,void 0),"aria-current":r?`true`:void 0,children:t})},e)})}),R(`details`,{open:!i&&(n??r)!==void 0,children:[R(`summary`,{children:`From, to`}),R(es,{after:n,before:r,at:a},`${n} ${r} ${Y.value}`)]})]})}function es({after:e,before:t,at:n}){let r=e=>{e.preventDefault();let t=new FormData(e.currentTarget);U(n(ns(t.get(`from`)),ns(t.get(`to`))))},i=(e,t,n)=>R(`label`,{children:[t,R(`input`,{type:`datetime-local`,step:`1`,name:e,defaultValue:ts(n)})]});return R(`form`,{onSubmit:r,children:[i(`from`,`From`,e),i(`to`,`To, not included`,t),R(`span`,{class:`quiet small`,children:[`Times of `,Y.value.replaceAll(`_`,` `)]}),R(`button`,{type:`submit`,children:`Show`})]})}function ts(e){let t=e===void 0?NaN:Date.parse(e);return Number.isNaN(t)?``:pr(t,Y.value).replace(` `,`T`)}function ns(e){let t=typeof e==`string`?mr(Y.peek(),e):void 0;return t===void 0?void 0:new Date(t).toISOString().replace(`.000`,``)}var rs=[`delivered`,`deferred`,`bounced`,`queued`,`unknown`],is=8,as=matchMedia(`(min-width: 64rem)`),os=3e4;function ss({search:e,events:t}){let n=W(e)??[],{data:r}=I(Qt,P.value?null:fs(n),{everyMs:os});return R(`aside`,{class:`facets`,"aria-label":`Filters`,children:R(`details`,{open:as.matches,children:[R(`summary`,{children:`Filters`}),!t&&R(ps,{search:e,terms:n}),t&&r&&R(cs,{search:e,totals:r.kinds.totals}),r&&R(ls,{search:e,events:t,data:r}),R($o,{search:e}),r&&r.domains.breakdown.length>0&&R(`p`,{class:`quiet small`,children:[t?`All counts are`:`Domains, reasons, senders and sources count`,` events from `,r.kinds.since.slice(0,10),` up to`,` `,r.kinds.until.slice(0,10),` (UTC). Shift-click excludes.`]})]})})}function cs({search:e,totals:t}){return R(Xo,{name:`status`,title:`Kind`,search:e,entries:Nr.map(e=>({value:e,shown:ms(e),total:hs(t[e])}))})}function ls({search:e,events:t,data:n}){let r=ds(n.categories.breakdown).map(e=>({...e,shown:e.value.replaceAll(`_`,` `)}));return R(x,{children:[R(Xo,{name:`domain`,title:`Domain`,search:e,entries:ds(n.domains.breakdown)}),!t&&R(Xo,{name:`category`,title:`Reason`,search:e,entries:r}),R(Xo,{name:`sender`,title:`Sender`,search:e,entries:ds(n.senders.breakdown)}),R(Xo,{name:`source`,title:`Source`,search:e,entries:ds(n.sources.breakdown),...!t&&{elsewhere:{to:t=>us(e,t),says:`Who posted it. Mail may have several: these lead to their events.`}}})]})}function us(e,t){return V(``,{q:K(po(e,`events`),`source`,t),in:`events`})}function ds(e){return e.flatMap(({value:e,totals:t})=>e==null?[]:[{value:e,total:hs(t.total),title:gs(t.bounceRate)}])}function fs(e){let t=(...t)=>Pr(e,t,Date.now());return{kinds:t([`domain`,`source`].find(t=>e.some(({key:e,negated:n})=>e===t&&!n))??`category`,`sender`),domains:t(`status`,`sender`),categories:t(`status`,`sender`),senders:t(`status`),sources:t(`status`,`sender`),first:is}}function ps({search:e,terms:t}){let n=t.filter(({key:e,negated:t})=>e!==`status`||t),r=Object.fromEntries(rs.map(e=>[e,G([...n,{key:`status`,values:[e],negated:!1}])])),{data:i}=I(Zt,P.value?null:r,{everyMs:os});return i?R(Xo,{name:`status`,title:`Status`,search:e,entries:rs.map(e=>({value:e,shown:ms(e),total:i[e].totalCount}))}):null}function ms(e){return R(`span`,{class:`mark ${e}`,children:[R(z,{name:e}),e.charAt(0).toUpperCase()+e.slice(1)]})}function hs(e){return{count:e,precision:`EXACT`}}function gs(e){return e==null?void 0:`${(e*100).toFixed(1)} % of its outcomes are bounces`}function _s({search:e}){let t=W(e)??[];if(t.length===0)return R(Jn,{icon:`mail`,title:`No mail yet`,children:[R(`p`,{children:`As soon as a mail server reports something, it is here. To post a first notification yourself:`}),R(sa,{text:Fi(),label:`Copy the command`}),R(`p`,{class:`quiet`,children:`The gateway answers 200 once Kafka has it; a moment later it is in this list.`})]});let n=e=>G(t.filter((t,n)=>n!==e));return R(Jn,{icon:`search`,title:`No match`,children:t.length===1?R(`p`,{children:[R(`a`,{"data-page":!0,href:V(``),children:[`Drop `,R(`code`,{children:G(t)})]}),` `,`to see all mail. Events take a moment from the mail server to this list: the line above says how old it is.`]}):R(x,{children:[R(`p`,{children:`Nothing has all of it. Drop one of these?`}),R(`ul`,{class:`drops`,children:t.map((e,t)=>R(`li`,{children:R(`a`,{"data-page":!0,href:H({q:Wn(n(t)),after:void 0,before:void 0}),children:R(`code`,{children:G([e])})})},t))})]})})}var vs=[`bounced`,`complained`,`unsubscribed`,`deferred`,`delivered`,`queued`,`opened`,`clicked`,`unknown`],ys=[`bounced`,`complained`,`deferred`,`delivered`],bs={HOUR:36e5,DAY:864e5};function xs(e){return e.toUpperCase()}function Ss(e,t){return t.reduce((t,n)=>t+e[n],0)}function Cs(e,t,n){let r=Date.parse(e);return t===`DAY`?pr(r,`UTC`).slice(0,10):pr(r,n).slice(0,16)}function ws(e,t){return t.filter(t=>e[t]>0).map(t=>`${e[t].toLocaleString(`en`)} ${t}`).join(`, `)||`nothing`}function Ts(e,t,n){return K(K(e,`after`,Es(t)),`before`,Es(n))}function Es(e){return new Date(e).toISOString().replace(`.000`,``)}function Ds(e){let t=10**Math.floor(Math.log10(Math.max(e,1)));return((t===1?[2,4,6,8,10]:[1,2,3,4,5,6,8,10]).find(n=>n*t>=e)??10)*t}function Os(e){if(e==null)return`–`;let t=e*100;return`${t===0||t>=10?Math.round(t):+t.toPrecision(2)}%`}var ks=100,As=7;function js({buckets:e,interval:t,kinds:n,choose:r,label:i,low:a=!1}){let[o,s]=k(null),[c,l]=k(null),u=Ne(null),d=e.length-1,f=vs.filter(e=>n.includes(e)),p=Ds(Math.max(...e.map(({counts:e})=>Ss(e,f)),1)),m=c&&{from:Math.min(c.from,c.to),to:Math.max(c.from,c.to)},h=Math.min(o??d,d),g=e[h];if(g===void 0)return null;let _=t=>{let{left:n,width:r}=u.current.getBoundingClientRect();return Math.max(0,Math.min(d,Math.floor((t.clientX-n)/r*e.length)))},v=({from:n,to:i})=>{l(null),r(Date.parse(e[n].startsAt),Date.parse(e[i].startsAt)+bs[t])};return R(`div`,{class:`histogram ${a?`low`:``}`,children:[R(`div`,{class:`y-axis`,"aria-hidden":`true`,children:[R(`span`,{children:p.toLocaleString(`en`)}),!a&&R(`span`,{children:(p/2).toLocaleString(`en`)}),R(`span`,{children:`0`})]}),R(`div`,{ref:u,class:`plot`,role:`slider`,tabIndex:0,"aria-label":`${i}. Arrows move, with Shift they choose a time, Enter shows that time alone`,"aria-valuemin":1,"aria-valuemax":e.length,"aria-valuenow":h+1,"aria-valuetext":`${m?`from ${Cs(e[m.from].startsAt,t,Y.value)} to `:``}${Cs(g.startsAt,t,Y.value)}: ${ws(g.counts,f)}`,onKeyDown:e=>{let t={ArrowLeft:h-1,ArrowRight:h+1,PageUp:h-10,PageDown:h+10,Home:0,End:d}[e.key];if(t!==void 0){let n=Math.max(0,Math.min(d,t));l(e.shiftKey?{from:c?.from??h,to:n}:null),s(n)}else if(e.key===`Enter`)v(m??{from:h,to:h});else if(e.key===`Escape`&&c!==null)l(null);else return;e.preventDefault(),e.stopPropagation()},onBlur:()=>(s(null),l(null)),onPointerDown:e=>{e.button===0&&(e.currentTarget.setPointerCapture(e.pointerId),l({from:_(e),to:_(e)}))},onPointerMove:e=>{s(_(e)),c!==null&&e.buttons>0&&l({from:c.from,to:_(e)})},onPointerUp:()=>m!==null&&v(m),onPointerLeave:()=>c===null&&s(null),onPointerCancel:()=>l(null),children:[R(`svg`,{viewBox:`0 0 ${e.length} ${ks}`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:[R(`path`,{class:`grid`,d:a?`M0 0H${e.length}`:`M0 0H${e.length}M0 ${ks/2}H${e.length}`}),Ns(e,f,p).map(({name:e,d:t})=>R(`path`,{class:`filled ${e}`,d:t},e)),m&&R(`rect`,{class:`chosen`,x:m.from,width:m.to-m.from+1,y:`0`,height:ks}),o!==null&&!m&&R(`rect`,{class:`at`,x:h,width:`1`,y:`0`,height:ks})]}),o!==null&&R(`div`,{class:`tip ${h>d/2?`left`:``}`,style:{[h>d/2?`right`:`left`]:`${Ms(h,d)}%`},children:[R(`b`,{children:m&&m.from!==m.to?`${Cs(e[m.from].startsAt,t,Y.value)} – ${Cs(e[m.to].startsAt,t,Y.value)}`:Cs(g.startsAt,t,Y.value)}),f.toReversed().map(t=>{let n=e.slice(m?.from??h,(m?.to??h)+1).reduce((e,{counts:n})=>e+n[t],0);return R(`span`,{children:[R(`i`,{class:`swatch ${t}`}),` `,t,` `,R(`b`,{children:n.toLocaleString(`en`)})]},t)})]})]}),R(Ps,{buckets:e,interval:t})]})}function Ms(e,t){return(e>t/2?(t-e+1)/(t+1):(e+1)/(t+1))*100}function Ns(e,t,n){let r=new Float64Array(e.length);return t.map(t=>{let i=``;return e.forEach(({counts:e},a)=>{if(e[t]===0)return;let o=e[t]/n*ks;r[a]+=o,i+=`M${a+.1} ${(ks-r[a]).toFixed(2)}h.8v${o.toFixed(2)}h-.8z`}),{name:t,d:i}})}function Ps({buckets:e,interval:t}){let n=Math.ceil(e.length/As);return R(`div`,{class:`x-axis`,"aria-hidden":`true`,children:e.map(({startsAt:r},i)=>{if(i%n!==0)return null;let a=Cs(r,t,Y.value);return R(`span`,{style:{left:`${i/e.length*100}%`},children:t===`DAY`?a.slice(5):e.length<=26?a.slice(11):a.slice(5)},r)})})}function Fs({buckets:e,interval:t,kinds:n,link:r}){let i=vs.filter(e=>n.includes(e)).toReversed();return R(`details`,{class:`as-table`,children:[R(`summary`,{children:`As a table`}),R(`div`,{class:`scroll`,tabIndex:0,role:`region`,"aria-label":`Counts over time`,children:R(`table`,{children:[R(`thead`,{children:R(`tr`,{children:[R(`th`,{scope:`col`,children:t===`DAY`?`Day (UTC)`:`Hour (${Y.value})`}),i.map(e=>R(`th`,{scope:`col`,class:`number`,children:e},e))]})}),R(`tbody`,{children:e.filter(({counts:e})=>Ss(e,i)>0).map(({startsAt:e,counts:n})=>R(`tr`,{children:[R(`th`,{scope:`row`,children:R(`a`,{"data-page":!0,href:r(Date.parse(e),Date.parse(e)+bs[t]),children:Cs(e,t,Y.value)})}),i.map(e=>R(`td`,{class:`number`,children:n[e].toLocaleString(`en`)},e))]},e))})]})})]})}var Is=3e4,Ls=[`domain`,`category`,`sender`,`status`,`after`,`before`];function Rs({search:e}){let t=W(e);return t!==null&&zs(t)?R(Bs,{search:e,terms:t}):null}function zs(e){let t=t=>e.find(e=>e.key===t)?.values.length??0;return e.every(({key:e,negated:t})=>!t&&Ls.includes(e))&&t(`domain`)+t(`category`)<=1}function Bs({search:e,terms:t}){let n=Pr(t,[`status`,`domain`,`category`,`sender`],Math.floor(tr.value/6e4)*6e4),{data:r,problem:i}=I(hn,P.value?null:{where:n,interval:null},{everyMs:Is}),a=t.find(({key:e})=>e===`status`)?.values,o=a===void 0?ys:vs.filter(e=>a.includes(e));if(i)return null;if(!r)return R(`div`,{class:`overview waiting`});let{buckets:s,interval:c,totals:l}=r.statistics;return l.total===0?null:R(`div`,{class:`overview`,children:[R(`p`,{class:`quiet small`,children:[/(^|\s)(after|before):/.test(e)?`Events`:`Events of the last 24 hours`,R(`span`,{class:`links`,children:[R(`a`,{"data-page":!0,href:V(`statistics`,{q:e}),children:`Statistics`}),R(`a`,{"data-page":!0,href:V(`live`,{q:e}),children:`Follow live`})]})]}),R(js,{low:!0,buckets:s,interval:c,kinds:o.length>0?o:ys,label:`Events over time`,choose:(t,n)=>U(H({q:Ts(e,t,n),after:void 0,before:void 0}))})]})}function Vs({rows:e}){return R(`ol`,{class:`rows`,children:e.map(e=>R(`li`,{children:R(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:V(`message`,{id:e.trackingId,to:yi(e.recipient)}),children:[R(gi,{of:e.phase}),R(`span`,{class:`who`,children:[R(`span`,{class:`cut`,title:e.recipient??void 0,children:e.recipient??R(`i`,{children:`no recipient named`})}),R(Hs,{row:e})]}),R(`span`,{class:`why`,title:e.lastResponse?.message??void 0,children:[e.classification&&R(`b`,{children:e.classification.category.replaceAll(`_`,` `)}),R(`span`,{class:`cut`,children:e.lastResponse?.message})]}),R(`code`,{class:`id cut`,title:e.trackingId??void 0,children:e.trackingId}),R(X,{at:e.lastEventAt})]})},e.id))})}function Hs({row:e}){return R(`span`,{class:`facts`,children:[[`OPENED`,e.openedAt],[`CLICKED`,e.clickedAt],[`COMPLAINED`,e.complainedAt],[`UNSUBSCRIBED`,e.unsubscribedAt]].map(([e,t])=>t!=null&&R(`span`,{class:`mark ${e.toLowerCase()}`,title:hi(e),children:[R(z,{name:e.toLowerCase()}),R(`span`,{class:`unseen`,children:hi(e)})]},e))})}function Us({rows:e}){return R(`ol`,{class:`rows`,children:e.map(e=>R(`li`,{children:R(`a`,{class:`row`,"data-row":!0,"data-id":e.trackingId,"data-page":!0,href:V(`message`,{id:e.trackingId??void 0,event:e.id}),children:[R(gi,{of:e.kind}),R(`span`,{class:`who`,children:R(`span`,{class:`cut`,title:e.recipient??void 0,children:e.recipient??R(`i`,{children:`no recipient named`})})}),R(`span`,{class:`why`,title:e.respMsg??void 0,children:[e.eventCode!=null&&R(`b`,{children:e.eventCode}),R(`span`,{class:`cut`,children:e.respMsg??e.eventLabel})]}),R(`code`,{class:`id cut`,title:e.trackingId??void 0,children:e.trackingId??`no tracking id`}),R(X,{at:e.occurredAt})]})},e.id))})}var Ws=50,Gs=1e4;function Ks(){let{query:e}=B.value,t=e.q??``;gr(t||`Messages`),Cr([{key:`c`,says:`copy the row's tracking id`,run:Ar},{key:`Escape`,says:`drop the search`,run:()=>t&&U(V(``))}]);let n=e.in===`events`||(W(t)??[]).some(({key:e})=>lo.includes(e));return R(`div`,{class:`beside`,children:[R(`h1`,{class:`unseen`,children:`Messages`}),R(ss,{search:t,events:n}),n?R(qs,{search:t,events:!0,document:nn,counting:an,Rows:Us},`events`):R(qs,{search:t,events:!1,document:tn,counting:rn,Rows:Vs},`mail`)]})}function qs({search:e,events:t,document:n,counting:r,Rows:i}){let{query:a}=B.value,o=P.value?null:Ys(e,a),{data:s,problem:c,loading:l,again:u}=I(n,o),d=I(r,P.value?null:{search:e}).data?.rows.totalCount,f=a.after===void 0&&a.before===void 0&&a.order!==`oldest`,p=I(n,f&&s?o:null,{everyMs:Gs}).data,m=f&&p!==void 0&&s!==void 0&&!l&&Js(p.rows.nodes,s.rows.nodes);return A(()=>{s&&kr()},[s===void 0]),R(`section`,{class:`list`,"aria-label":t?`Events`:`Mail`,"aria-busy":l,children:[R(fo,{events:t,total:d,loading:l,children:m&&R(`button`,{type:`button`,class:`newer`,onClick:u,children:`There is news: show it`})}),R(Rs,{search:e}),c?R(J,{problem:c,again:u}):s===void 0?R(q,{}):s.rows.nodes.length===0?R(_s,{search:e}):R(x,{children:[R(i,{rows:s.rows.nodes}),R(Pn,{info:s.rows.pageInfo})]})]})}function Js(e,t){return JSON.stringify(e)!==JSON.stringify(t)}function Ys(e,{order:t,before:n,after:r}){return{search:e,direction:t===`oldest`?`ASC`:`DESC`,...n?{last:Ws,before:n}:{first:Ws,after:r??null}}}var Xs=200,Zs=/^\s*(?:[245]\d\d[ -]+)?([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)/;function Qs(e,t){let[n,r]=k({found:null}),[i,a]=k(0),o=N.value;return A(()=>{if(e===null)return;let n=new AbortController;return r({found:null}),$s(e,t,n.signal).then(e=>r({found:e})).catch(e=>{if(!n.signal.aborted){if(!(e instanceof F))throw e;r({found:null,problem:e})}}),()=>n.abort()},[e,t,o,i]),{found:n.found,problem:n.problem,again:()=>a(e=>e+1)}}async function $s(e,t,n){let r=[],i=null,a=!0,o=0;for(;a&&o<1e3;){let{rows:s}=await It(nn,{search:e,direction:`DESC`,first:Xs,after:i},n);o+=s.nodes.length,r.push(...s.nodes.filter(e=>ec(e)===t)),a=s.pageInfo.hasNextPage,i=s.pageInfo.endCursor??null}return{events:r,more:a}}function ec({respMsg:e,respCode:t,eventCode:n}){return String(Zs.exec(e??``)?.[1]??t??n??``)}var tc=30,nc=12e3;function rc({asked:{search:e,where:t,interval:n,buckets:r}}){let i=Math.max(5,Math.min(tc,Math.floor(nc/r))),{data:a,problem:o,again:s}=I(_n,P.value?null:{where:t,interval:n,first:i}),c=(a?.statistics.breakdown??[]).toSorted((e,t)=>t.totals.bounced-e.totals.bounced),l=Math.max(...c.map(({totals:e})=>e.bounced+e.deferred),1);return R(`section`,{"aria-labelledby":`by-reason`,children:[R(`div`,{class:`section-bar`,children:R(`h2`,{id:`by-reason`,children:`Why`})}),o&&!a?R(J,{problem:o,again:s}):a?c.length===0?R(`p`,{class:`quiet`,children:`Nothing bounced, and nothing was deferred.`}):R(`table`,{class:`breakdown`,children:[R(`thead`,{children:R(`tr`,{children:[R(`th`,{scope:`col`,children:`Reason`}),R(`th`,{scope:`col`,class:`number`,children:`Bounced`}),R(`th`,{scope:`col`,class:`number`,children:`Deferred`}),R(`th`,{scope:`col`,children:R(`span`,{class:`unseen`,children:`Share`})})]})}),R(`tbody`,{children:c.map(({value:t,totals:n})=>{let r=K(e,`category`,t??void 0),i=(e,n)=>n>0?R(`a`,{"data-page":!0,href:V(``,{q:K(r,`status`,e)}),"aria-label":`${n} ${e}: ${ic(t)}`,children:n.toLocaleString(`en`)}):`0`;return R(`tr`,{children:[R(`th`,{scope:`row`,class:`cut`,children:R(`a`,{"data-page":!0,href:H({q:r}),children:ic(t)})}),R(`td`,{class:`number`,children:i(`bounced`,n.bounced)}),R(`td`,{class:`number`,children:i(`deferred`,n.deferred)}),R(`td`,{children:R(`svg`,{class:`both`,viewBox:`0 0 100 8`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:[R(`rect`,{class:`filled bounced`,width:n.bounced/l*100,height:`8`}),R(`rect`,{class:`filled deferred`,x:n.bounced/l*100,width:n.deferred/l*100,height:`8`})]})})]},t)})})]}):R(q,{rows:5})]})}function ic(e){return e?.replaceAll(`_`,` `)??`no reason known`}var ac=[`a`,`b`,`c`,`d`,`e`,`f`,`g`,`h`],oc=12,sc=6,cc=Math.floor(12e3/(ac.length*oc));function lc({asked:{search:e,where:t,interval:n,buckets:r}}){let i=dc(t.kinds),a=r<=cc?n:`DAY`,o={...t,category:null,kinds:i},s=I(bn,P.value?null:{where:o,interval:a,first:ac.length}),c=s.data?.statistics.breakdown.flatMap(({value:e})=>e==null?[]:[e])??[],l=I(xn,P.value||c.length===0?null:fc(c,{...t,kinds:i},a)),u=s.problem??l.problem;return R(`section`,{"aria-labelledby":`crossed`,class:`crossed`,children:[R(`div`,{class:`section-bar`,children:R(`h2`,{id:`crossed`,children:[`Domains by reason `,R(`span`,{class:`quiet`,children:[`bounces and deferrals`,a!==n&&`, of whole days`]})]})}),u&&!l.data?R(J,{problem:u,again:()=>s.problem?s.again():l.again()}):s.data&&c.length===0?R(`p`,{class:`quiet`,children:`Nothing bounced, and nothing was deferred.`}):l.data?R(uc,{rows:pc(c,l.data),search:e}):R(q,{rows:5})]})}function uc({rows:e,search:t}){let n=new Map;for(let{reasons:t}of e)for(let[e,r]of t)n.set(e,(n.get(e)??0)+r);let r=[...n].toSorted(([,e],[,t])=>t-e).map(([e])=>e),i=r.slice(0,sc),a=Math.max(...e.flatMap(({reasons:e})=>[...e.values()]),1),o=(e,n)=>H({q:K(K(t,`domain`,e),`category`,n),code:void 0});return r.length===0?R(`p`,{class:`quiet`,children:`None of it is counted by domain and reason: such counts begin with this version, or with a rebuild.`}):R(`div`,{class:`scroll`,role:`region`,tabindex:0,"aria-label":`The table of domains by reason`,children:R(`table`,{class:`breakdown`,children:[R(`thead`,{children:R(`tr`,{children:[R(`th`,{scope:`col`,children:`Domain`}),i.map(e=>R(`th`,{scope:`col`,class:`number`,children:ic(e)},e)),r.length>i.length&&R(`th`,{scope:`col`,class:`number`,children:`other`})]})}),R(`tbody`,{children:e.map(({domain:e,reasons:t,total:n})=>{let s=n-i.reduce((e,n)=>e+(t.get(n)??0),0);return R(`tr`,{children:[R(`th`,{scope:`row`,class:`cut`,children:R(`a`,{"data-page":!0,href:o(e),children:e})}),i.map(n=>{let r=t.get(n)??0;return R(`td`,{class:`number heat`,style:{"--heat":r/a},children:r>0?R(`a`,{"data-page":!0,href:o(e,n),"aria-label":`${r} at ${e}: ${ic(n)}`,children:r.toLocaleString(`en`)}):R(`span`,{class:`quiet`,children:`0`})},n)}),r.length>i.length&&R(`td`,{class:`number`,children:s.toLocaleString(`en`)})]},e)})})]})})}function dc(e){let t=(e??[]).filter(e=>e===`BOUNCED`||e===`DEFERRED`);return t.length>0?t:[`BOUNCED`,`DEFERRED`]}function fc(e,t,n){let r=n=>{let r=e[n];return r===void 0?null:{...t,recipientDomain:r}},[i,a,o,s,c,l,u,d]=ac.map((e,t)=>r(t)),f=t=>e.length>t;return{interval:n,first:oc,a:i,b:a,c:o,d:s,e:c,f:l,g:u,h:d,hasB:f(1),hasC:f(2),hasD:f(3),hasE:f(4),hasF:f(5),hasG:f(6),hasH:f(7)}}function pc(e,t){return e.map((e,n)=>{let r=t[ac[n]]?.breakdown??[],i=new Map(r.map(({value:e,totals:t})=>[e??``,t.bounced+t.deferred]));return{domain:e,reasons:i,total:[...i.values()].reduce((e,t)=>e+t,0)}}).toSorted((e,t)=>t.total-e.total)}var mc=30,hc=12e3,gc=50;function _c({asked:{search:e,where:t,interval:n,buckets:r},since:i,until:a}){let o=Math.max(5,Math.min(mc,Math.floor(hc/r))),{data:s,problem:c,again:l}=I(vn,P.value?null:{where:t,interval:n,first:o}),u=s?.statistics.breakdown??[],d=Math.max(...u.map(({totals:e})=>e.bounced+e.deferred),1),f=B.value.query.code;return R(`section`,{"aria-labelledby":`by-code`,children:[R(`div`,{class:`section-bar`,children:R(`h2`,{id:`by-code`,children:[`By code `,R(`span`,{class:`quiet`,children:[`at `,t.recipientDomain,t.category!=null&&`: ${ic(t.category)}`]})]})}),c&&!s?R(J,{problem:c,again:l}):s?u.length===0?R(`p`,{class:`quiet`,children:`Nothing bounced, and nothing was deferred.`}):R(`table`,{class:`breakdown codes`,children:[R(`thead`,{children:R(`tr`,{children:[R(`th`,{scope:`col`,children:`Code`}),R(`th`,{scope:`col`,class:`number`,children:`Bounced`}),R(`th`,{scope:`col`,class:`number`,children:`Deferred`}),R(`th`,{scope:`col`,children:R(`span`,{class:`unseen`,children:`Share`})})]})}),R(`tbody`,{children:u.map(({value:e,totals:t})=>R(`tr`,{children:[R(`th`,{scope:`row`,children:R(`a`,{"data-page":!0,href:H({code:f===(e??`none`)?void 0:e??`none`}),"aria-expanded":f===(e??`none`),children:e??`without a code`})}),R(`td`,{class:`number`,children:t.bounced.toLocaleString(`en`)}),R(`td`,{class:`number`,children:t.deferred.toLocaleString(`en`)}),R(`td`,{children:R(`svg`,{class:`both`,viewBox:`0 0 100 8`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:[R(`rect`,{class:`filled bounced`,width:t.bounced/d*100,height:`8`}),R(`rect`,{class:`filled deferred`,x:t.bounced/d*100,width:t.deferred/d*100,height:`8`})]})})]},e))})]}):R(q,{rows:3}),f!==void 0&&R(vc,{code:f,search:yc(e,dc(t.kinds),i,a)})]})}function vc({code:e,search:t}){let{found:n,problem:r,again:i}=Qs(P.value?null:t,e===`none`?``:e);return R(`section`,{"aria-labelledby":`behind`,class:`behind`,children:[R(`div`,{class:`section-bar`,children:[R(`h3`,{id:`behind`,children:[`Events `,e===`none`?`without a code`:R(x,{children:[`with `,e]}),` `,n&&R(`span`,{class:`quiet`,children:[n.events.length>gc?`the newest ${gc} of ${n.events.length.toLocaleString(`en`)}`:n.events.length.toLocaleString(`en`),n.more&&` among the newest ${1e3.toLocaleString(`en`)} refusals there`,`, for whichever reason`]})]}),R(`a`,{class:`button`,"data-page":!0,href:H({code:void 0}),children:`Close`})]}),r?R(J,{problem:r,again:i}):n===null?R(q,{rows:3}):n.events.length===0?R(`p`,{class:`quiet`,children:[`None of them `,n.more?`is among the newest: choose a shorter time`:`is in the history any more`,`.`]}):R(Us,{rows:n.events.slice(0,gc)})]})}function yc(e,t,n,r){return Ts(G([...(W(e)??[]).filter(({key:e,negated:t})=>!t&&(e===`domain`||e===`sender`)),{key:`status`,values:t.map(e=>e.toLowerCase()),negated:!1}]),Date.parse(n),Date.parse(r))}var bc=12e3,xc=12,Sc=10,Cc={bounced:`Most bounces`,ratio:`Highest ratio`,mail:`Most mail`};function wc({asked:{search:e,where:t,interval:n,buckets:r}}){let{query:i}=B.value,a=i.sort&&i.sort in Cc?i.sort:`bounced`,o=Math.max(5,Math.min(100,Math.floor(bc/r))),s=t.category!=null&&t.recipientDomain==null,{data:c,problem:l,again:u}=I(gn,P.value||s?null:{where:t,interval:n,first:o}),d=c?.statistics.breakdown??[],f=d.filter(({totals:e})=>Dc(e)+e.deferred>0).toSorted(Oc(a)),p=i.domains===`all`?f:f.slice(0,xc);return R(`section`,{"aria-labelledby":`by-domain`,children:[R(`div`,{class:`section-bar`,children:[R(`h2`,{id:`by-domain`,children:`Who refuses`}),R(`div`,{class:`segments`,role:`group`,"aria-label":`Order of the domains`,children:Object.entries(Cc).map(([e,t])=>R(`a`,{"data-page":!0,href:H({sort:e===`bounced`?void 0:e}),"aria-current":a===e?`true`:void 0,children:t},e))})]}),s?R(`p`,{class:`quiet`,children:[`The domains that refuse for this reason are below, with how often they did. `,R(`a`,{"data-page":!0,href:H({q:K(e,`category`,void 0)}),children:`Drop the reason`})]}):l&&!c?R(J,{problem:l,again:u}):c?R(x,{children:[R(Tc,{domains:p,search:e,refused:t.category!=null}),f.length>p.length&&R(`a`,{class:`button`,"data-page":!0,href:H({domains:`all`}),children:[`All `,f.length]}),d.length===o&&R(`p`,{class:`quiet small`,children:[`The `,o,` domains with the most events are compared.`]})]}):R(q,{rows:5})]})}function Tc({domains:e,search:t,refused:n}){return R(`table`,{class:`breakdown`,children:[R(`thead`,{children:R(`tr`,{children:[R(`th`,{scope:`col`,children:`Domain`}),R(`th`,{scope:`col`,class:`number`,children:`Delivered`}),R(`th`,{scope:`col`,class:`number`,children:`Bounced`}),R(`th`,{scope:`col`,children:`Bounced of outcomes`}),R(`th`,{scope:`col`,class:`number`,children:`Deferred`})]})}),R(`tbody`,{children:e.map(({value:e,totals:r})=>{let i=K(t,`domain`,e??void 0),a=(t,n)=>n>0&&e!=null?R(`a`,{"data-page":!0,href:V(``,{q:K(i,`status`,t)}),"aria-label":`${n} ${t} at ${e}`,children:n.toLocaleString(`en`)}):n.toLocaleString(`en`);return R(`tr`,{children:[R(`th`,{scope:`row`,class:`cut`,children:e==null?R(`i`,{children:`no recipient named`}):R(`a`,{"data-page":!0,href:H({q:i}),children:e})}),R(`td`,{class:`number`,children:n?`–`:a(`delivered`,r.delivered)}),R(`td`,{class:`number`,children:a(`bounced`,r.bounced)}),R(`td`,{children:R(Ec,{of:r.bounceRate})}),R(`td`,{class:`number`,children:a(`deferred`,r.deferred)})]},e)})})]})}function Ec({of:e}){return R(`span`,{class:`share`,children:[R(`svg`,{viewBox:`0 0 100 8`,preserveAspectRatio:`none`,"aria-hidden":`true`,children:[R(`rect`,{class:`whole`,width:`100`,height:`8`}),R(`rect`,{class:`part`,width:(e??0)*100,height:`8`})]}),Os(e)]})}function Dc({delivered:e,bounced:t}){return e+t}function Oc(e){if(e===`mail`)return(e,t)=>Dc(t.totals)-Dc(e.totals);if(e===`bounced`)return(e,t)=>t.totals.bounced-e.totals.bounced;let t=({totals:e})=>Dc(e)<Sc?-1:e.bounceRate??-1;return(e,n)=>t(n)-t(e)}var kc=200;function Ac(e){let[t,n]=k({refusals:null}),[r,i]=k(0),a=N.value;return A(()=>{if(e===null)return;let t=new AbortController;return jc(e,t.signal).then(e=>n({refusals:e})).catch(e=>{if(!t.signal.aborted){if(!(e instanceof F))throw e;n({refusals:null,problem:e})}}),()=>t.abort()},[e,a,r]),{refusals:t.refusals,problem:t.problem,again:()=>i(e=>e+1)}}async function jc(e,t){let n=[],r=null,i=!0;for(;i&&n.length<1e3;){let{deliveries:a}=await It(Sn,{search:e,first:kc,after:r},t);n.push(...a.nodes),i=a.pageInfo.hasNextPage,r=a.pageInfo.endCursor??null}return{groups:Mc(n),read:n.length,more:i}}function Mc(e){let t=new Map;for(let{classification:n,lastResponse:r,phase:i,recipientDomain:a}of e){let e=n?.kind.toLowerCase()??`undetermined`,o=n?.category??``,s=[r?.code,r?.enhancedCode].filter(Boolean).join(` `),c=[e,o,s].join(`|`),l=t.get(c);l===void 0&&(l={key:c,kind:e,category:o,code:s,message:r?.message??``,count:0,bounced:0,domains:[],at:new Map},t.set(c,l)),l.count+=1,i===`BOUNCED`&&(l.bounced+=1),a!=null&&l.at.set(a,(l.at.get(a)??0)+1)}for(let e of t.values())e.domains=[...e.at].toSorted(([,e],[,t])=>t-e);return[...t.values()].toSorted((e,t)=>t.count-e.count)}var Nc=12,Pc=3;function Fc({asked:{search:e},since:t,until:n}){let{query:r}=B.value,i=Lc(Ts(e,Date.parse(t),Date.parse(n))),{refusals:a,problem:o,again:s}=Ac(P.value?null:i),c=a?.groups??[],l=r.replies===`all`?c:c.slice(0,Nc);return R(`section`,{"aria-labelledby":`replies`,class:`refusals`,children:[R(`div`,{class:`section-bar`,children:R(`h2`,{id:`replies`,children:[`In the servers' words`,` `,a&&a.read>0&&R(`span`,{class:`quiet`,children:[a.more?`the newest ${1e3.toLocaleString(`en`)} recipients whose mail is`:`${a.read.toLocaleString(`en`)} ${a.read===1?`recipient`:`recipients`} whose mail is`,` bounced or deferred now`]})]})}),o?R(J,{problem:o,again:s}):a===null?R(q,{rows:4}):c.length===0?R(`p`,{class:`quiet`,children:`No mail of this time is bounced or deferred now.`}):R(x,{children:[R(`table`,{class:`breakdown`,children:[R(`thead`,{children:R(`tr`,{children:[R(`th`,{scope:`col`,children:`Class, reason`}),R(`th`,{scope:`col`,children:`Reply`}),R(`th`,{scope:`col`,children:`Domains`}),R(`th`,{scope:`col`,class:`number`,children:`Mail`})]})}),R(`tbody`,{children:l.map(e=>R(Ic,{refusal:e,refused:i},e.key))})]}),c.length>l.length&&R(`a`,{class:`button`,"data-page":!0,href:H({replies:`all`}),children:[`All `,c.length]})]})]})}function Ic({refusal:{kind:e,category:t,code:n,message:r,count:i,domains:a},refused:o}){let s=t?K(o,`category`,t):o;return R(`tr`,{children:[R(`th`,{scope:`row`,children:[R(`span`,{class:`class ${e}`,children:e}),` `,R(`a`,{"data-page":!0,href:V(``,{q:s}),children:t?t.replaceAll(`_`,` `):`no reason known`})]}),R(`td`,{children:R(`span`,{class:`reply-of`,children:[n&&!r.startsWith(n)&&R(`b`,{children:[n,` `]}),r||R(`i`,{children:`no reply text`})]})}),R(`td`,{children:[a.slice(0,Pc).map(([e,t])=>R(`a`,{class:`at-domain`,"data-page":!0,href:V(``,{q:K(s,`domain`,e)}),children:[R(`span`,{children:e}),` `,R(`span`,{class:`quiet`,children:t.toLocaleString(`en`)})]},e)),a.length>Pc&&R(`span`,{class:`quiet`,children:[`and `,a.length-Pc,` more`]})]}),R(`td`,{class:`number`,children:i.toLocaleString(`en`)})]})}function Lc(e){let t=(W(e)??[]).find(({key:e,negated:t})=>e===`status`&&!t)?.values??[],n=[`bounced`,`deferred`].filter(e=>t.length===0||t.includes(e)),r=n.length===1?`status:${n[0]}`:`status:bounced,deferred`;return`${K(e,`status`,void 0)} ${r}`.trim()}var Rc=20,zc=12e3;function Bc({asked:{search:e,where:t,interval:n,buckets:r}}){let i=t.recipientDomain==null&&t.category==null,a=Math.max(5,Math.min(Rc,Math.floor(zc/r))),{data:o,problem:s,again:c}=I(yn,P.value||!i?null:{where:t,interval:n,first:a});if(!i)return null;let l=o?.statistics.breakdown??[];return R(`section`,{"aria-labelledby":`by-source`,children:[R(`div`,{class:`section-bar`,children:R(`h2`,{id:`by-source`,children:`Who posts`})}),s&&!o?R(J,{problem:s,again:c}):o?l.length===0?R(`p`,{class:`quiet`,children:`Nothing of this time is counted by source: such counts begin with this version, or with a rebuild.`}):R(`table`,{class:`breakdown`,children:[R(`thead`,{children:R(`tr`,{children:[R(`th`,{scope:`col`,children:`Source`}),R(`th`,{scope:`col`,class:`number`,children:`Events`}),R(`th`,{scope:`col`,class:`number`,children:`Delivered`}),R(`th`,{scope:`col`,class:`number`,children:`Bounced`}),R(`th`,{scope:`col`,class:`number`,children:`Of outcomes`}),R(`th`,{scope:`col`,class:`number`,children:`Deferred`})]})}),R(`tbody`,{children:l.map(({value:t,totals:n})=>R(`tr`,{children:[R(`th`,{scope:`row`,class:`cut`,children:t==null?R(`i`,{children:`no source named`}):R(`a`,{"data-page":!0,href:H({q:K(e,`source`,t)}),children:t})}),R(`td`,{class:`number`,children:t==null?n.total.toLocaleString(`en`):R(`a`,{"data-page":!0,href:V(``,{q:Vc(e,t),in:`events`}),"aria-label":`${n.total} events from ${t}`,children:n.total.toLocaleString(`en`)})}),R(`td`,{class:`number`,children:n.delivered.toLocaleString(`en`)}),R(`td`,{class:`number`,children:n.bounced.toLocaleString(`en`)}),R(`td`,{class:`number`,children:Os(n.bounceRate)}),R(`td`,{class:`number`,children:n.deferred.toLocaleString(`en`)})]},t))})]}):R(q,{rows:2})]})}function Vc(e,t){let n=G((W(e)??[]).filter(({key:e})=>e!==`category`&&e!==`class`));return K(/(^|\s)after:/.test(n)?n:Bn(n,`after`,`24h`),`source`,t)}var Hc=15e3,Uc=3*bs.DAY,Wc=[[void 0,`24 hours`],[`3d`,`3 days`],[`7d`,`7 days`],[`30d`,`30 days`],[`90d`,`90 days`]],Gc=[`domain`,`category`,`class`,`sender`,`source`,`status`,`after`,`before`],Kc=[`domain`,`category`,`source`];function qc(){gr(`Statistics`);let{query:e}=B.value,t=e.q??``,n=W(t)??[],r=Math.floor(tr.value/6e4)*6e4,i=((...e)=>n.some(({key:t,negated:n})=>e.includes(t)&&!n))(`domain`,`category`,`class`),a=Pr(n,[`domain`,`category`,`sender`,...i?[]:[`source`]],r),o=e.every===`hour`?`HOUR`:e.every===`day`?`DAY`:null,{data:s,problem:c,loading:l,again:u}=I(hn,P.value?null:{where:a,interval:o},{everyMs:Hc}),d=s?.statistics,f=n.filter(({key:e,values:t,negated:n})=>n||!Gc.includes(e)||Kc.includes(e)&&t.length>1||e===`source`&&i);return R(`section`,{class:`statistics`,"aria-label":`Statistics`,children:[R(`h1`,{class:`unseen`,children:`Statistics`}),R(Jc,{search:t,interval:d?.interval??null,every:o}),f.length>0&&R(`p`,{class:`break-line warn`,children:[R(z,{name:`warning`}),R(`span`,{children:[`Counts are kept by sender, and by one domain with its reasons, one reason, or one source: `,f.map(({key:e})=>`${e}:`).join(` `),` is left out here.`]})]}),c&&(!d||!l)?R(J,{problem:c,again:u}):d===void 0?R(q,{}):R(x,{children:[R(Xc,{totals:d.totals,search:t,refused:a.category!=null}),R(Qc,{answer:d,search:t}),R(tl,{asked:{search:t,where:a,interval:d.interval,buckets:d.buckets.length},answer:d})]})]})}function Jc({search:e,interval:t,every:n}){let r=W(e)??[],i=e=>r.find(t=>t.key===e&&!t.negated)?.values[0],[a,o]=[i(`after`),i(`before`)],s=K(K(e,`after`,void 0),`before`,void 0);return R(`div`,{class:`list-bar`,children:[R(`div`,{class:`segments`,role:`group`,"aria-label":`Time`,children:Wc.map(([e,t])=>R(`a`,{"data-page":!0,href:H({q:K(s,`after`,e),every:void 0}),"aria-current":o===void 0&&a===e?`true`:void 0,children:t},t))}),R(`div`,{class:`segments`,role:`group`,"aria-label":`Bars`,children:[`HOUR`,`DAY`].map(e=>R(`a`,{"data-page":!0,href:H({every:e.toLowerCase()}),"aria-current":(n??t)===e?`true`:void 0,children:[`By the `,e.toLowerCase()]},e))}),R(ho,{search:e}),R(`a`,{class:`button to-list`,"data-page":!0,href:V(``,{q:e}),children:`As a list`})]})}var Yc=[{name:`delivered`,rate:`deliveryRate`,of:`of outcomes`},{name:`bounced`,rate:`bounceRate`,of:`of outcomes`},{name:`deferred`},{name:`queued`},{name:`complained`,rate:`complaintRate`,of:`of deliveries`},{name:`unsubscribed`,rate:`unsubscribeRate`,of:`of deliveries`},{name:`opened`,rate:`openRate`,of:`of deliveries`},{name:`clicked`,rate:`clickRate`,of:`of deliveries`}];function Xc({totals:e,search:t,refused:n}){let r=/(^|\s)after:/.test(t)?t:Bn(t,`after`,`24h`);return R(`ul`,{class:`tiles`,children:Yc.filter(({name:e})=>!n||e===`bounced`||e===`deferred`).map(({name:t,rate:n,of:i})=>R(`li`,{children:R(`a`,{"data-page":!0,href:V(``,{q:K(Zc(r),`status`,t),in:`events`}),children:[R(`span`,{class:`mark ${t}`,children:[R(z,{name:t}),hi(xs(t))]}),R(`b`,{children:e[t].toLocaleString(`en`)}),R(`span`,{class:`quiet small`,children:n&&e[n]!=null?`${Os(e[n])} ${i}`:`\xA0`})]})},t))})}function Zc(e){return K(K(e,`category`,void 0),`class`,void 0)}function Qc({answer:e,search:t}){let{buckets:n,interval:r,since:i,until:a}=e,o=$c(t),s=(e,n,r)=>H({q:Ts(t,e,n),every:r}),c=(e,t)=>s(e,t,r===`HOUR`&&t-e>Uc?`hour`:void 0),[l,u]=[Date.parse(i),Date.parse(a)],d=Math.max((u-l)/2,bs[r]);return R(`section`,{class:`over`,"aria-labelledby":`over`,children:[R(`div`,{class:`section-bar`,children:[R(`h2`,{id:`over`,children:[`Events `,R(`span`,{class:`quiet`,children:[Cs(i,r,Y.value),` to `,Cs(a,r,Y.value),r===`DAY`&&`, days of UTC`]})]}),R(el,{kinds:o}),R(`a`,{class:`button`,"data-page":!0,href:s(l-d,u+d),children:`Wider`})]}),R(js,{buckets:n,interval:r,kinds:o,label:`Events over time`,choose:(e,t)=>U(c(e,t))}),R(Fs,{buckets:n,interval:r,kinds:o,link:c})]})}function $c(e){let t=B.value.query.show?.split(`,`),n=(W(e)??[]).find(({key:e,negated:t})=>e===`status`&&!t)?.values,r=t??n??ys,i=vs.filter(e=>r.includes(e));return i.length>0?i:ys}function el({kinds:e}){return R(`ul`,{class:`legend`,"aria-label":`Shown kinds`,children:Nr.filter(e=>e!==`unknown`).map(t=>{let n=e.includes(t),r=n?e.filter(e=>e!==t):[...e,t];return R(`li`,{children:R(`a`,{"data-page":!0,class:n?`shown`:``,"aria-current":n?`true`:void 0,href:H({show:r.length>0?r.join(`,`):void 0}),children:[R(`i`,{class:`swatch ${t}`}),hi(xs(t))]})},t)})})}function tl({asked:e,answer:t}){return t.totals.total===0?R(Jn,{icon:`search`,title:`Nothing happened in this time`,children:R(`p`,{children:`Choose a longer one above, or drop a term of the search.`})}):R(x,{children:[e.where.source==null?R(x,{children:[R(`div`,{class:`halves`,children:[R(wc,{asked:e}),R(rc,{asked:e})]}),e.where.recipientDomain==null?R(lc,{asked:e}):R(_c,{asked:e,since:t.since,until:t.until}),R(Fc,{asked:e,since:t.since,until:t.until})]}):R(`p`,{class:`quiet`,children:[`Counts of one source are not kept by domain and reason. `,R(`a`,{"data-page":!0,href:H({q:K(e.search,`source`,void 0)}),children:`All sources`})]}),R(Bc,{asked:e})]})}var nl=5e3,rl=15e3,il=60,al=300,ol=5e3;function sl(){let e=P.value?null:{},{data:t,problem:n}=I($t,e,{everyMs:nl}),r=Ne(void 0),i=I(en,r.current===N.value?null:e,{everyMs:rl});i.problem?.code===`FORBIDDEN`&&(r.current=N.value);let a=i.problem?void 0:i.data?.deadLetters.totalCount;if(P.value)return null;let o=n?`No answer from the API: what you see may be old`:t?cl(t.pipeline):null;return R(`div`,{class:`health`,children:[o===null&&t&&R(dl,{pipeline:t.pipeline}),R(`span`,{role:`status`,children:o!==null&&R(`span`,{class:`warn`,children:[R(z,{name:`warning`}),o]})}),o!==null&&t?.pipeline.lag!=null&&t.pipeline.lag>0&&R(dl,{pipeline:t.pipeline}),t?.pipeline.newestEventAt&&R(`span`,{children:[`last event `,R(X,{at:t.pipeline.newestEventAt})]}),t&&R(ll,{...t.pipeline.endToEnd,ageSeconds:t.pipeline.ageSeconds}),a&&R(`a`,{"data-page":!0,href:V(`dead-letters`),class:a.count>0?`warn`:``,children:[jr(a),` dead `,a.count===1?`letter`:`letters`]})]})}function cl({lag:e,brokerAvailable:t,ageSeconds:n}){return!t||e==null?`Kafka does not answer: how old this is, is not known`:e>0&&(n??0)>il||e>ol?`Events are waiting: what you see is old`:null}function ll({events:e,p99Seconds:t,ageSeconds:n}){if(e===0&&n!=null&&n<al)return null;if(e===0)return R(`span`,{title:`None became readable in the last five minutes, so how long it takes is not known`,children:`no recent events`});let r=t==null?`took more than half an hour`:`of 100 took ${ul(t)} or less`;return R(`span`,{title:`${t==null?`Some`:`99`} ${r}, from the gateway's acceptance until they were readable here: ${e.toLocaleString(`en`)} events of the last five minutes`,children:[`p99 `,t==null?`> 30 min`:`≤ ${ul(t)}`]})}function ul(e){return e<1?`${Math.round(e*1e3)} ms`:e<60?`${e} s`:`${Math.round(e/60)} min`}function dl({pipeline:{lag:e}}){return e===0?R(`span`,{class:`good`,children:[R(z,{name:`delivered`}),`up to date`]}):R(`span`,{children:[R(z,{name:`clock`}),e?.toLocaleString(`en`),` `,e===1?`event`:`events`,` behind`]})}var fl={auto:`light`,light:`dark`,dark:`auto`},pl=500,ml={auto:`auto`,light:`sun`,dark:`moon`};function hl(){let e=or.value===`relative`;return R(`div`,{class:`preferences`,children:[R(`button`,{type:`button`,class:`plain`,"aria-pressed":e,title:e?`Times are relative; show dates`:`Times are dates; show how long ago`,onClick:()=>or.value=e?`absolute`:`relative`,children:[R(z,{name:`clock`}),e?`Ago`:`Date`]}),R(gl,{}),R(`button`,{type:`button`,class:`plain`,title:`Colours: ${ar.value}`,"aria-label":`Colours: ${ar.value}. Change to ${fl[ar.value]}`,onClick:()=>ar.value=fl[ar.value],children:R(z,{name:ml[ar.value]})}),N.value!==null&&R(`button`,{type:`button`,class:`plain`,onClick:Mt,children:`Leave`})]})}function gl(){let[e,t]=k([]);A(()=>{let e=[sr,`UTC`],n=setTimeout(()=>t(Intl.supportedValuesOf(`timeZone`).filter(t=>!e.includes(t))),pl);return()=>clearTimeout(n)},[]);let n=Y.value;return R(`select`,{"aria-label":`Time zone`,value:n,onChange:e=>Y.value=e.currentTarget.value,children:[[...new Set([`UTC`,sr,n])].map(e=>R(`option`,{value:e,children:[_l(e),e===sr&&e!==`UTC`&&` (here)`]},e)),R(`optgroup`,{label:`Others`,children:e.filter(e=>e!==n).map(e=>R(`option`,{value:e,children:_l(e)},e))})]})}function _l(e){return e.replaceAll(`_`,` `)}function vl(){let{page:e,query:t}=B.value,n=kn.includes(e)?t.q??``:``,[r,i]=k(n),a=Ne(null);return A(()=>i(n),[n,e]),R(`form`,{class:`search`,role:`search`,onSubmit:async n=>{n.preventDefault();let i=r.trim(),o=Gn(i)&&await bl(i),s=kn.includes(e)?V(e,{...t,q:i,after:void 0,before:void 0}):V(``,{q:i});U(o?V(`message`,{id:i}):s),o||a.current?.focus()},children:[R(z,{name:`search`}),R(`input`,{ref:a,id:`search`,type:`search`,name:`q`,value:r,onInput:e=>i(e.currentTarget.value),onKeyDown:e=>{e.key===`Escape`&&(e.preventDefault(),i(n),a.current?.blur())},placeholder:`Tracking id, address, or to: domain: status: …`,"aria-label":`Search mail`,autocomplete:`off`,autocapitalize:`off`,spellcheck:!1}),R(`kbd`,{"aria-hidden":`true`,children:`/`}),R(`button`,{type:`button`,class:`plain`,popovertarget:`search-help`,"aria-label":`How to search`,children:`?`}),R(yl,{use:e=>{i(`${r} ${e}`.trim()),a.current?.focus()}})]})}function yl({use:e}){return R(`div`,{id:`search-help`,class:`help`,role:`dialog`,popover:`auto`,"aria-label":`How to search`,children:[R(`h2`,{children:`Search`}),R(`p`,{children:`Paste a tracking id to go to its message, or an address to see all of its mail. All terms must hold; of values after a comma any one suffices.`}),R(`table`,{children:R(`tbody`,{children:Fn.map(({key:t,example:n,says:r})=>R(`tr`,{children:[R(`th`,{scope:`row`,children:R(`button`,{type:`button`,class:`plain`,onClick:()=>e(n),popovertarget:`search-help`,popovertargetaction:`hide`,children:R(`code`,{children:n})})}),R(`td`,{children:r})]},t))})})]})}async function bl(e){try{return(await It(ln,{trackingId:e})).message!=null}catch(e){if(e instanceof F)return!1;throw e}}var xl=[`after`,`before`,`letter`],Sl=rr(`views`,`[]`,e=>Dl(e)!==null),Cl=st(()=>Dl(Sl.value)??[]);function wl(e,{page:t,query:n}){let r=Object.fromEntries(Object.entries(n).filter(([e])=>!xl.includes(e))),i=Cl.value.filter(t=>t.name!==e);Sl.value=JSON.stringify([...i.slice(-49),{name:e,page:t,query:r}])}function Tl(e){Sl.value=JSON.stringify(Cl.value.filter(t=>t.name!==e))}function El({page:e,query:t}){return V(e,t)}function Dl(e){try{let t=JSON.parse(e);return Array.isArray(t)&&t.every(Ol)?t:null}catch{return null}}function Ol(e){let{name:t,page:n,query:r}=e??{};return typeof t==`string`&&On.includes(n)&&typeof r==`object`&&!!r&&Object.values(r).every(e=>typeof e==`string`)}var kl=60;function Al(){return Cr([{key:`v`,says:`your views`,run:()=>Nl()?.togglePopover()}]),R(x,{children:[R(`button`,{type:`button`,class:`plain`,popovertarget:`views`,children:[R(z,{name:`views`}),`Views`]}),R(`div`,{id:`views`,class:`help`,role:`dialog`,popover:`auto`,"aria-label":`Your views`,onBeforeToggle:Ml,children:[R(`h2`,{children:`Your views`}),R(`p`,{children:`A view is a page with its search, under a name of yours. They are kept in this browser alone; to show one to others, send its address.`}),Cl.value.length>0&&R(`ul`,{children:Cl.value.map(e=>R(`li`,{children:[R(`a`,{class:`cut`,"data-page":!0,href:El(e),onClick:()=>Nl()?.hidePopover(),children:e.name}),R(`span`,{class:`quiet cut`,children:e.query.q}),R(`button`,{type:`button`,class:`plain`,"aria-label":`Remove ${e.name}`,onClick:()=>Tl(e.name),children:R(z,{name:`close`})})]},e.name))}),B.value.page!==`message`&&R(jl,{})]})]})}function jl(){let[e,t]=k(``);return R(`form`,{onSubmit:n=>{n.preventDefault(),e.trim()!==``&&(wl(e.trim(),B.value),t(``))},children:[R(`label`,{for:`view-name`,children:`Name of what is shown now`}),R(`input`,{id:`view-name`,value:e,maxLength:kl,autocomplete:`off`,onInput:e=>t(e.currentTarget.value)}),R(`button`,{type:`submit`,children:`Keep it`})]})}function Ml(e){let t=document.activeElement;e.newState===`closed`&&t instanceof HTMLElement&&Nl()?.contains(t)&&t.blur()}function Nl(){return document.getElementById(`views`)}var Pl=[[``,`Messages`],[`live`,`Live`],[`statistics`,`Statistics`],[`dead-letters`,`Dead letters`]];function Fl(){let{page:e}=B.value;return R(`header`,{children:[R(`div`,{class:`bar`,children:[R(`a`,{class:`brand`,"data-page":!0,href:V(``),"aria-label":`Email Delivery Status: all messages`,children:[R(z,{name:`mail`}),R(`span`,{children:`Delivery Status`})]}),R(vl,{}),R(Al,{}),R(hl,{})]}),R(`div`,{class:`bar under`,children:[R(`nav`,{"aria-label":`Pages`,children:Pl.map(([t,n])=>R(`a`,{"data-page":!0,href:V(t),"aria-current":Il(t,e)?`page`:void 0,children:n},t))}),R(sl,{})]})]})}function Il(e,t){return e===t||e===``&&t===`message`}var Ll={Escape:`Esc`," ":`Space`};function Rl(){return Cr([{key:`/`,says:`search`,run:Bl},{key:`j`,says:`next row`,run:()=>Er(1)},{key:`k`,says:`row before`,run:()=>Er(-1)},{key:`t`,says:`live tail`,run:()=>U(V(`live`))},{key:`?`,says:`these keys`,run:()=>document.getElementById(`keys`)?.togglePopover()}]),R(x,{children:[R(zl,{shown:new Map(Sr.value.map(({key:e,says:t})=>[e,t]))}),R(`p`,{class:vr.value?`toast`:`unseen`,role:`status`,children:vr.value})]})}function zl({shown:e}){return R(`div`,{id:`keys`,class:`help keys`,role:`dialog`,popover:`auto`,"aria-label":`Keys`,children:[R(`h2`,{children:`Keys`}),R(`table`,{children:R(`tbody`,{children:[...e,[`Enter`,`open the row`]].map(([e,t])=>R(`tr`,{children:[R(`th`,{scope:`row`,children:R(`kbd`,{children:Ll[e]??e})}),R(`td`,{children:t})]},e))})})]})}function Bl(){let e=document.querySelector(`#search`);e?.focus(),e?.select()}function Vl(){let[e,t]=k(``),n=Ne(null);return A(()=>n.current?.focus(),[]),R(`form`,{class:`notice token`,onSubmit:t=>{t.preventDefault(),At(e)},children:[R(`h1`,{children:`This API asks for a token`}),P.value===`refused`&&R(`p`,{role:`alert`,children:`The token was refused: it is wrong, or no longer valid.`}),R(`label`,{for:`token`,children:`Token`}),R(`input`,{ref:n,id:`token`,type:`password`,autocomplete:`off`,value:e,onInput:e=>t(e.currentTarget.value),"aria-describedby":`token-help`}),R(`p`,{id:`token-help`,class:`quiet`,children:[`A bearer token of `,R(`code`,{children:`[graphql] token_file`}),` or `,R(`code`,{children:`tokens_file`}),`, or a JSON Web Token. It stays in this tab, and goes to this server alone.`]}),R(`button`,{type:`submit`,class:`primary`,children:`Enter`})]})}var Hl={"":Ks,message:Xi,live:Wo,statistics:qc,"dead-letters":Oa};function Ul(){let e=Hl[B.value.page];return R(x,{children:[R(`a`,{class:`skip`,href:`#main`,children:`Skip to the content`}),R(Fl,{}),R(`main`,{id:`main`,tabIndex:-1,children:P.value?R(Vl,{}):R(e,{})}),R(Wl,{}),R(Rl,{})]})}function Wl(){return R(`footer`,{children:[R(`a`,{href:`./graphiql`,children:`GraphiQL`}),R(`a`,{href:`./schema.graphql`,children:`Schema`}),R(`a`,{href:`./readyz?verbose`,children:`Readiness`}),R(`a`,{href:`./metrics`,children:`Metrics`}),R(`button`,{type:`button`,class:`plain`,popovertarget:`keys`,children:[`Keys `,R(`kbd`,{children:`?`})]})]})}Nn(),wr(),nr(),setTimeout(()=>ge(R(Ul,{}),document.body));