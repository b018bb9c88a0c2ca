using System.Net;
using System.Text.Json;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

public sealed class DiskFullTests
{
    private const int DiskBytes = 16 * 1024 * 1024;
    private const int FillerBytes = 9 * 1024 * 1024;

    [Fact]
    public async Task A_full_disk_refuses_publishers_and_loses_nothing_and_room_on_it_ends_that()
    {
        using var mount = new TestDirectory();
        if (!await MountAsync(mount.Path))
        {
            Bounded.Print("only root can mount a small disk: the limit of a file's size stands in for it");
            await UnderALimitOfTheFileSizeAsync(mount);
            return;
        }

        try
        {
            var filler = mount.File("filler");
            await File.WriteAllBytesAsync(filler, new byte[FillerBytes], Bounded.Cancelled);
            await using var server = await CulvertProcess.StartOnAsync(mount.File("data"));

            await MustRefuseAndRecoverAsync(server, HttpStatusCode.InsufficientStorage, () => File.Delete(filler));
        }
        finally
        {
            await ChildProcess.RunAsync(TimeSpan.FromSeconds(20), "umount", ["-l", mount.Path]);
        }
    }

    /// <summary>
    /// prlimit lowers what a file may grow to, and raises it again for the running process. The kernel's error is
    /// another one than that of a full disk, and the refusal with it; what must hold is the same.
    /// </summary>
    private static async Task UnderALimitOfTheFileSizeAsync(TestDirectory directory)
    {
        await using var server = await CulvertProcess.StartThroughAsync(
            directory.File("data"), "env", "--ignore-signal=XFSZ");
        await LimitFilesAsync(server, $"{DiskBytes / 4}:unlimited");

        await MustRefuseAndRecoverAsync(
            server,
            HttpStatusCode.ServiceUnavailable,
            () => LimitFilesAsync(server, "unlimited:unlimited").GetAwaiter().GetResult());
    }

    private static async Task MustRefuseAndRecoverAsync(CulvertProcess server, HttpStatusCode refusal, Action makeRoom)
    {
        var acks = new Dictionary<string, long>();
        await using var follower = await server.Owner.FollowAsync("/v1/rooms/lobby/events?since=start");
        var (status, problem) = await PublishUntilRefusedAsync(server, acks);

        Assert.Equal(refusal, status);
        var expected = refusal == HttpStatusCode.InsufficientStorage ? "storage_full" : "storage_failed";
        Assert.Equal(expected, problem.GetProperty("code").GetString());
        Bounded.Print($"{acks.Count} messages of 16 KB acknowledged, then {(int)status} {expected}");

        // Reading goes on, and a second refusal is the same as the first one.
        Assert.Equal(acks.Count, (await server.Owner.ReadLogAsync("lobby")).Count);
        Assert.Equal(refusal, (await PublishAsync(server, "refused")).Status);

        makeRoom();
        for (var i = 0; i < 50; i++)
        {
            var (after, ok) = await PublishAsync(server, $"after-{i}");
            Assert.True(after == HttpStatusCode.Created, $"{(int)after} {ok} when there was room again");
            acks.Add($"after-{i}", ok.GetProperty("offset").GetInt64());
        }

        var log = (await server.Owner.ReadLogAsync("lobby")).ToDictionary(
            l => EventLine.Parse(l).GetProperty("key").GetString()!, l => EventLine.OffsetOf(l)!.Value);
        Assert.Equal(acks, log);
        await follower.FirstAsync(l => l.Contains("\"key\":\"after-49\"", StringComparison.Ordinal));
        await server.TerminateAsync();
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PublishUntilRefusedAsync(
        CulvertProcess server, Dictionary<string, long> acks)
    {
        while (true)
        {
            var key = $"key-{acks.Count}";
            var (status, body) = await PublishAsync(server, key);
            if (status != HttpStatusCode.Created)
            {
                return (status, body);
            }

            acks.Add(key, body.GetProperty("offset").GetInt64());
            Assert.True(acks.Count < 2 * DiskBytes / 16_000, "the disk must have become full by now");
        }
    }

    private static Task<(HttpStatusCode Status, JsonElement Body)> PublishAsync(CulvertProcess server, string key) =>
        server.Owner.PublishAsync("lobby", $$"""{"text":"{{new string('x', 16_000)}}"}""", key);

    private static async Task<bool> MountAsync(string path)
    {
        var mount = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(20), "mount", ["-t", "tmpfs", "-o", $"size={DiskBytes}", "tmpfs", path]);
        return await mount.Exited == 0;
    }

    private static async Task LimitFilesAsync(CulvertProcess server, string limits)
    {
        var limit = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(20), "prlimit", ["--pid", $"{server.Id}", $"--fsize={limits}"]);
        await limit.MustExitAsync(0, TimeSpan.FromSeconds(1));
    }
}
