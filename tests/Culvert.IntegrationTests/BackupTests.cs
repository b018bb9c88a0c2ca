using System.Net;
using Culvert.IntegrationTests.Chat;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>Backup and restore with the commands, while people write.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task T1_05_A_backup_under_load_holds_every_message_acknowledged_before_it_began()
    {
        using var directory = new TestDirectory();
        var target = directory.File("backup");
        await using var server = await CulvertProcess.StartAsync();
        using var ended = new CancellationTokenSource();
        var acknowledged = 0;
        var load = Task.Run(
            async () =>
            {
                for (var i = 0; !ended.IsCancellationRequested; i++)
                {
                    var (status, _) = await server.Owner.PublishAsync("lobby", $$"""{"text":"m{{i}}"}""");
                    Assert.Equal(HttpStatusCode.Created, status);
                    Volatile.Write(ref acknowledged, i + 1);
                }
            },
            Bounded.Cancelled);
        await using (var first = await server.Owner.FollowAsync("/v1/rooms/lobby/events?since=start"))
        {
            await first.FirstAsync(static l => EventLine.Is(l, "msg") && EventLine.TextOf(l) == "m50");
        }

        var before = Volatile.Read(ref acknowledged);
        await using (var backup = ChildProcess.Start(Programs.Culvert, ["backup", target, "--data", server.Data]))
        {
            Assert.Equal(0, await backup.Exited.Within(60));
        }

        await ended.CancelAsync();
        await load.Within(20);
        await using (var verify = ChildProcess.Start(Programs.Culvert, ["verify", "--data", target]))
        {
            Assert.Equal(0, await verify.Exited.Within(60));
        }

        await using var restored = await CulvertProcess.StartOnAsync(target);
        var texts = await restored.Owner.ReadLogAsync("lobby").TextsAsync();
        Assert.True(before >= 50);
        Assert.Equal(Enumerable.Range(0, before).Select(static i => $"m{i}"), texts.Take(before));
    }
}
