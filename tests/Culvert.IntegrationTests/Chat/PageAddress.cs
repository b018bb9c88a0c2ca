using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Waiting for the address of a page.</summary>
internal static class PageAddress
{
    /// <summary>
    /// Waits until the page has this address, with <c>*</c> for anything but a slash and <c>**</c> for anything. By
    /// asking again and again: the library's own waiting looks once and then listens, and misses what comes between.
    /// </summary>
    public static async Task ReachesAsync(this IPage page, string address)
    {
        var pattern = Regex.Escape(address).Replace(@"\*\*", ".*", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        await Expect(page).ToHaveURLAsync(new Regex(pattern + "$"));
        await page.WaitForLoadStateAsync();
    }
}
