using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>
/// One Chromium for all tests of a collection; each person in a test gets a context of their own in it.
/// </summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;

    public IBrowser Browser { get; private set; } = null!; // Set before the first test.

    internal ScaledOut? ScaledOut { get; private set; }

    public async ValueTask InitializeAsync()
    {
        ScaledOut = await ScaledOut.StartAsync();
        _playwright = await Playwright.CreateAsync();

        // A machine with other work takes longer than the usual 5 s; who does not wait loses nothing by it.
        Assertions.SetDefaultExpectTimeout(20_000);
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-extensions",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (ScaledOut is not null)
        {
            await ScaledOut.DisposeAsync();
        }
    }
}
