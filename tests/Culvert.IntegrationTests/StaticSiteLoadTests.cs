using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>The small HTTP server under load: ab as it is, large files, and an end in the middle of both.</summary>
[Collection(AloneCollection.Name)]
public sealed class StaticSiteLoadTests
{
    private const int LargeMiB = 64;
    private const int FullLargeMiB = 1024;

    private static readonly string[] Large = ["--top-dir", "."];

    public static TheoryData<string> Kinds => [SiteProcess.Sample, SiteProcess.Command];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_request_fails_from_the_first_on(string kind)
    {
        var rounds = Programs.IsFullRun ? 20 : 2;
        for (var round = 0; round < rounds; round++)
        {
            await using var site = await SiteProcess.StartAsync(kind, SiteProcess.Public);
            foreach (var line in new[]
            {
                "-n 500 -c 50", "-n 500 -c 50 -k", "-n 2000 -c 200", "-n 2000 -c 200 -k", "-n 2000 -c 1000",
                "-n 2000 -c 1000 -k",
            })
            {
                await AbAsync(site, line);
            }

            // Not one of them waited for a SYN to be sent again, which takes a second.
            await site.StopAsync(UnixSignal.Terminate);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_large_file_comes_whole_and_in_ranges_while_others_are_answered(string kind)
    {
        using var directory = new TestDirectory();
        var length = (Programs.IsFullRun ? FullLargeMiB : LargeMiB) * 1024L * 1024;
        await WriteLargeAsync(directory.File("large.bin"), length);
        await File.WriteAllTextAsync(directory.File("small.txt"), "small", Bounded.Cancelled);
        await using var site = await SiteProcess.StartAsync(kind, directory.Path, Large);
        using var http = new HttpClient { BaseAddress = site.Address, Timeout = TimeSpan.FromSeconds(60) };

        // Two readers, slow enough that they last a while.
        var hashes = Task.WhenAll(HashAsync(site, length / 3), HashAsync(site, length / 2));
        List<double> times = [];
        do
        {
            var started = Stopwatch.GetTimestamp();
            Assert.Equal("small", await http.GetStringAsync("/small.txt", Bounded.Cancelled));
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        while (!hashes.IsCompleted);

        await using var file = File.OpenRead(directory.File("large.bin"));
        var expected = Convert.ToHexString(await SHA256.HashDataAsync(file, Bounded.Cancelled));
        Assert.All(await hashes, hash => Assert.Equal(expected, hash, ignoreCase: true));
        times.Sort();
        var p99 = times[(int)(times.Count * 0.99)];
        var median = times[times.Count / 2];
        Bounded.Print($"{times.Count} requests beside 2 of {length >> 20} MiB: p50 {median:0.0} ms, p99 {p99:0.0} ms");

        // Whoever waited for a download would wait for seconds; a machine that is busy makes everybody wait a little.
        Assert.True(p99 < (Programs.IsFullRun ? 50 : 1000), $"p99 {p99:0.0} ms of {times.Count} requests");

        var range = await site.CurlAsync("/large.bin", "--range", $"{length - 5}-");
        Assert.StartsWith("HTTP/1.1 206 Partial Content\n", range, StringComparison.Ordinal);
        Assert.Contains($"\nContent-Range: bytes {length - 5}-{length - 1}/{length}\n", range);
        Assert.EndsWith("\n\nend..", range, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task SIGTERM_lets_a_download_finish(string kind)
    {
        using var directory = new TestDirectory();
        await WriteLargeAsync(directory.File("large.bin"), LargeMiB * 1024L * 1024);
        await using var site = await SiteProcess.StartAsync(kind, directory.Path, Large);
        using var reader = await RawConnection.OpenAsync(site.Address, receiveBuffer: 64 * 1024);
        await reader.SendAsync("GET /large.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        var buffer = new byte[1 << 20];
        long received = await reader.ReceiveAsync(buffer);

        var stopping = site.StopAsync(UnixSignal.Terminate);
        while (await reader.ReceiveAsync(buffer) is > 0 and var count)
        {
            received += count;
        }

        Assert.True((await stopping).TotalSeconds < 5);
        Assert.InRange(received, LargeMiB * 1024L * 1024, (LargeMiB * 1024L * 1024) + 1024);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task SIGTERM_waits_5_seconds_at_most_for_who_does_not_read(string kind)
    {
        using var directory = new TestDirectory();
        await WriteLargeAsync(directory.File("large.bin"), LargeMiB * 1024L * 1024);
        await using var site = await SiteProcess.StartAsync(kind, directory.Path, Large);
        using var reader = await RawConnection.OpenAsync(site.Address, receiveBuffer: 4096);
        await reader.SendAsync("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        await reader.ReceiveAsync(new byte[100]);

        Assert.True((await site.StopAsync(UnixSignal.Terminate)).TotalSeconds < 5);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Ctrl_C_ends_idle_connections_at_once(string kind)
    {
        await using var site = await SiteProcess.StartAsync(kind, SiteProcess.Public);
        using var silent = await RawConnection.OpenAsync(site.Address);
        using var idle = await RawConnection.OpenAsync(site.Address);
        using var behind = await RawConnection.OpenAsync(site.Address);
        await idle.SendAsync("GET /dir/ HTTP/1.1\r\nHost: a\r\n\r\n");
        await behind.SendAsync("GET /dir/ HTTP/1.1\r\nHost: a\r\nAccept: a\r\nAccept: b\r\n\r\n");
        await idle.ReceiveAsync(new byte[4096]);
        await behind.ReceiveAsync(new byte[4096]);

        var took = await site.StopAsync(UnixSignal.Interrupt);

        Bounded.Print($"exit code 0 after {took.TotalMilliseconds:0} ms");
        Assert.True(took.TotalSeconds < 2, $"{took.TotalSeconds:0.0} s");
    }

    private static async Task AbAsync(SiteProcess site, string line)
    {
        var options = line.Split(' ');
        var ab = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(60), "ab", ["-q", "-l", .. options, $"{site.Address}"]);
        var text = ab.Output.ToString();
        Assert.True(await ab.Exited == 0, $"ab {line}\n{text}\n{ab.Errors}");
        Assert.Equal(options[1], Value(text, "Complete requests"));
        Assert.Equal("0", Value(text, "Failed requests"));
        Assert.DoesNotContain("Non-2xx", text, StringComparison.Ordinal);
        var longest = double.Parse(Regex.Match(text, @"100%\s+(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Bounded.Print($"ab {line}: {Value(text, "Requests per second")} requests/s, longest {longest} ms");
    }

    private static string Value(string text, string name) =>
        Regex.Match(text, $@"{name}:\s+([\d.]+)").Groups[1].Value;

    /// <summary>The SHA-256 of the large file as curl receives it, at so many bytes a second.</summary>
    private static async Task<string> HashAsync(SiteProcess site, long rate)
    {
        var hash = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(60),
            "sh",
            ["-c", $"curl -sS --limit-rate {rate} {site.Address}large.bin | sha256sum"]);
        return hash.Output.Lines.Single().Split(' ')[0];
    }

    /// <summary>Sparse, so that it costs no disk, with something at its beginning, middle and end.</summary>
    private static async Task WriteLargeAsync(string path, long length)
    {
        await using var file = File.Create(path);
        file.SetLength(length);
        await file.WriteAsync("start"u8.ToArray(), Bounded.Cancelled);
        file.Position = length / 2;
        await file.WriteAsync("middle"u8.ToArray(), Bounded.Cancelled);
        file.Position = length - 5;
        await file.WriteAsync("end.."u8.ToArray(), Bounded.Cancelled);
    }
}
