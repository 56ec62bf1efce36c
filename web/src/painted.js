import { useEffect, useState } from "preact/hooks";

/** False until what is there already has been painted on a page that is seen. */
export function usePainted() {
  const [painted, setPainted] = useState(false);
  useEffect(() => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const frame = requestAnimationFrame(() => {  // which a page in the background is not given
      timer = setTimeout(() => setPainted(true));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, []);
  return painted;
}
