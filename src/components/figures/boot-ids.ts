const BOOT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What typed boot ids prove. Nothing is said of one that is not whole yet.
 * @returns `container`: it has the host's, as it must; `guest`: it has another, as it must.
 */
export function judgeBootIds(host: string, container: string, guest: string): { readonly container: boolean | undefined; readonly guest: boolean | undefined } {
  const [h, c, g] = [host, container, guest].map((typed) => {
    const id = typed.trim().toLowerCase();
    return BOOT_ID.test(id) ? id : undefined;
  });
  return {
    container: h === undefined || c === undefined ? undefined : c === h,
    guest: h === undefined || g === undefined ? undefined : g !== h,
  };
}
