using System.Text.Json;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The texts of a log that was read.</summary>
internal static class LogTexts
{
    /// <summary>All texts of a room up to one that is there or is about to come.</summary>
    public static async Task<IReadOnlyList<string>> FollowedAsync(this Api api, string room, string last)
    {
        await using var stream = await api.FollowAsync($"/v1/rooms/{room}/events?since=start");
        List<string> texts = [];
        while (texts.Count == 0 || texts[^1] != last)
        {
            texts.Add(EventLine.TextOf(await stream.FirstAsync(static line => EventLine.Is(line, "msg"))));
        }

        return texts;
    }

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
