using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Crashes;

/// <summary>Follows the room over all the crashes with its cursor: what it was shown once must stay true.</summary>
internal sealed class CrashReader(ServerSlot slot, string epoch)
{
    /// <summary>The key of the message that ends it.</summary>
    public const string LastKey = "the-end";

    private bool _ended;

    /// <summary>The events in the order in which they came.</summary>
    public List<string> Lines { get; } = [];

    public async Task RunAsync()
    {
        var seen = 0;
        while (!_ended)
        {
            var (server, current) = await slot.AfterAsync(seen).Within(120);
            try
            {
                await FollowAsync(server);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // The crash that this is about.
            }

            seen = current;
        }
    }

    private async Task FollowAsync(CulvertProcess server)
    {
        var cursor = Lines.Count == 0 ? "start" : $"{epoch}-{EventLine.OffsetOf(Lines[^1])}";
        using var api = new Api(server.Address, server.Token);
        await using var stream = await api.FollowAsync($"/v1/rooms/lobby/events?since={cursor}");
        while (await stream.NextAsync(120) is { } line)
        {
            Assert.False(EventLine.Is(line, "gap"), line);
            if (EventLine.IsDurable(line))
            {
                Lines.Add(line);
            }

            if (line.Contains($"\"key\":\"{LastKey}\"", StringComparison.Ordinal))
            {
                _ended = true;
                return;
            }
        }
    }
}
