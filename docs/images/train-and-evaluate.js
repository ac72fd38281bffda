// Makes train-and-evaluate.png of the running template: start ./nnunet run --port 8080, then, where playwright-core is
// installed (npm install playwright-core) and Chromium at /usr/bin/chromium:
//   node docs/images/train-and-evaluate.js http://127.0.0.1:8080 docs/images/train-and-evaluate.png
const { chromium } = require('playwright-core');

async function shoot(base, file) {
    const answer = await fetch(`${base}/nifi-api/process-groups/root/process-groups`);
    const group = (await answer.json()).processGroups[0].id;
    const browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run']
    });
    try {
        const page = await browser.newPage({ viewport: { width: 2400, height: 1850 } });
        await page.goto(`${base}/nifi/#/process-groups/${group}`, { waitUntil: 'load', timeout: 120000 });
        await page.waitForSelector('g.processor', { timeout: 120000 });
        // The panels at the left lie over the flow.
        for (const panel of ['navigation-control', 'operation-control']) {
            await page.locator(`${panel} .fa-minus-square-o, ${panel} .fa-minus, ${panel} button`).first().click({ timeout: 10000 }).catch(() => {});
        }

        await page.waitForTimeout(8000);
        await page.screenshot({ path: file });
    } finally {
        await browser.close();
    }
}

shoot(process.argv[2], process.argv[3]).catch(error => {
    console.error(error);
    process.exit(1);
});
