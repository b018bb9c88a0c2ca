using System.Text.Json;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The texts of a log that was read.</summary>
internal static class LogTexts
{
    public static async Task<IReadOnlyList<string>> TextsAsync(this Task<List<string>> log)
    {
        var lines = await log;
        return
        [
            .. lines.Select(static line => JsonDocument.Parse(line).RootElement)
                .Where(static line => line.GetProperty("ev").GetString() == "msg")
                .Select(static line => line.GetProperty("data").GetProperty("text").GetString()!),
        ];
    }
}
