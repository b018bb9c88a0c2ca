using System.Text.Json;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Resuming;

/// <summary>Fills a room with events of every kind a user can cause.</summary>
internal static class LogBuilder
{
    /// <summary>Publishes, edits, erases and reacts until the log has that many events; seeded.</summary>
    public static async Task FillAsync(Api owner, string room, int events, int seed)
    {
        var random = new Random(seed);
        var alive = new List<long>();
        for (var i = 0; i < events; i++)
        {
            var kind = alive.Count < 10 ? 9 : random.Next(10);
            var seq = alive.Count == 0 ? 0 : alive[random.Next(alive.Count)];
            var message = $"/v1/rooms/{room}/messages/{seq}";
            switch (kind)
            {
                case 0 or 1:
                    await owner.MustAsync(HttpMethod.Patch, message, $$$"""{"data":{"text":"edited {{{i}}} ✎"}}""");
                    break;
                case 2:
                    await owner.MustAsync(HttpMethod.Delete, message, """{"why":"a test"}""");
                    alive.Remove(seq);
                    break;
                case 3:
                    await owner.MustAsync(
                        HttpMethod.Put, message + "/reactions", $$"""{"emoji":"{{i}}👍","on":true}""");
                    break;
                default:
                    var text = JsonSerializer.Serialize($"message {i}: größer, 日本, \"quoted\"\nsecond line");
                    var (_, ok) = await owner.PublishAsync(room, $$$"""{"text":{{{text}}}}""", $"key {i}");
                    alive.Add(ok.GetProperty("seq").GetInt64());
                    break;
            }
        }
    }
}
