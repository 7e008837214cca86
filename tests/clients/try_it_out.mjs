// Opens an operation of Swagger UI, asks it as it stands and prints what came: node try_it_out.mjs PAGE BROWSER PICTURE
import { createRequire } from "node:module";

const { chromium } = createRequire(process.env.MODULES + "/")("playwright-core");
const [page_url, executablePath, picture] = process.argv.slice(2);
const args = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const browser = await chromium.launch({ executablePath, args });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  const elsewhere = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(new URL(page_url).origin) && !request.url().startsWith("data:"))
      elsewhere.push(request.url());
  });
  await page.goto(page_url);
  const operation = page.locator("#operations-books-books_list");
  await operation.locator(".opblock-summary-control").click();
  const execute = operation.locator("button.execute");
  await execute.waitFor();
  const filled = await operation.locator(".parameters input, .parameters textarea").evaluateAll((fields) =>
    fields.filter((field) => field.value).map((field) => `${field.placeholder}: ${field.value}`),
  );
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().includes("/api/v1/books/")),
    execute.click(),
  ]);
  const document = await answer.json();
  await operation.locator(".live-responses-table").waitFor();
  await operation.locator(".live-responses-table").scrollIntoViewIfNeeded();
  await page.screenshot({ path: picture });
  console.log(JSON.stringify({
    url: answer.url(), status: answer.status(), results: document.results?.length, filled, elsewhere,
  }));
} finally {
  await browser.close();
}
