export function mountSidebar() { return { onLine() {}, setRead() {} }; }
