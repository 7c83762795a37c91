// A small town as we draw it: roofs, a bell tower, a gate to walk through, and water before it. Says nothing.

export function Town() {
  return (
    <svg class="town" viewBox="0 0 480 132" aria-hidden="true">
      <path class="town-hill" d="M0 112C60 66 128 60 196 76s100-36 168-22 92 34 116 50v28H0z" />
      <g class="town-wall">
        <path d="M58 112V78h44v34zM130 112V70h56v42zM282 112V72h52v40zM352 112V82h44v30z" />
        <path d="M206 112V34h40v78z" />
      </g>
      <g class="town-roof">
        <path d="M52 80l28-20 28 20zM124 72l34-22 34 22zM276 74l32-22 32 22zM346 84l28-19 28 19z" />
        <path d="M200 36l26-32 26 32z" />
      </g>
      <g class="town-deep">
        <path d="M214 112V90a12 12 0 0 1 24 0v22z" />
        <circle cx="226" cy="54" r="7" />
        <path d="M72 112V94h14v18zM142 84h10v12h-10zM164 84h10v12h-10zM294 86h10v12h-10zM314 86h10v12h-10zM366 94h14v18h-14z" />
        <circle cx="424" cy="94" r="13" />
        <circle cx="446" cy="101" r="9" />
        <circle cx="26" cy="98" r="11" />
      </g>
      <path class="town-line" d="M424 100v12M446 104v8M26 102v10M8 113h464M70 122h58M150 127h96M268 122h84M372 127h44" />
    </svg>
  );
}
