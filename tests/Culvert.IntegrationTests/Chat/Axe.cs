using System.Text.Json;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Asks axe-core what keeps people from using a page.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Script = new(static () => File.ReadAllText(Path.Combine(
        Environment.GetEnvironmentVariable("CULVERT_TEST_NODE_MODULES") is { Length: > 0 } modules
            ? modules
            : throw new InvalidOperationException("CULVERT_TEST_NODE_MODULES names no folder; ./test sets it."),
        "axe-core",
        "axe.min.js")));

    /// <summary>Fails with what axe finds on the page as it is now.</summary>
    public static async Task MustFindNothingAsync(IPage page)
    {
        // Evaluated by the browser's tools, which the page's policy does not bind.
        await page.EvaluateAsync(Script.Value);
        var found = await page.EvaluateAsync<JsonElement>("async () => (await axe.run()).violations");
        var lines = found.EnumerateArray().SelectMany(static violation => violation.GetProperty("nodes")
            .EnumerateArray()
            .Select(node => $"{violation.GetProperty("id").GetString()}: {node.GetProperty("html").GetString()} "
                + node.GetProperty("failureSummary").GetString()));
        Assert.True(found.GetArrayLength() == 0, $"{page.Url}\n{string.Join('\n', lines)}");
    }
}
