// Loaded before everything else of the shop, so that nothing that follows goes unmeasured.
// The shop works without the SDK: it may be blocked, or not served at all.
(() => {
  const query = new URLSearchParams(location.search);
  if (query.has("synthetics")) {
    // The way a synthetic monitor names its run; it must stand before init.
    window.__SOJOURN_SYNTHETICS__ = {
      testId: query.get("synthetics") || "demo",
      resultId: query.get("result") || crypto.randomUUID(),
    };
  }
  window.sojourn?.init({
    applicationId: "shop",
    clientToken: "pub-demo-shop",
    endpoint: `${location.origin}/v1/rum`,
    service: "shop",
    env: "demo",
    version: "1.0.0",
  });
})();
