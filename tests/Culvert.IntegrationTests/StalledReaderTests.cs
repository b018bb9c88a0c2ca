using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

public sealed class StalledReaderTests
{
    private const int Readers = 49;
    private const int Messages = 5_000;
    private const int MessageBytes = 4_096;

    [Fact]
    public async Task One_reader_that_stops_reading_delays_nobody_and_catches_up_when_it_reads_again()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        var events = new Uri(server.Address, "/v1/rooms/lobby/events?since=start");
        await using var stalled = await http.GetStreamAsync(events, Bounded.Cancelled).Within(20);
        List<Stream> readers = [];
        for (var i = 0; i < Readers; i++)
        {
            readers.Add(await http.GetStreamAsync(events, Bounded.Cancelled).Within(20));
        }

        var started = Stopwatch.GetTimestamp();
        var reading = readers.Select(r => Task.Run(() => ReadAsync(r))).ToList();
        await server.Owner.PublishTextsAsync("lobby", Enumerable.Repeat(new string('x', MessageBytes), Messages));
        var published = Stopwatch.GetElapsedTime(started);
        await Task.WhenAll(reading).Within(60);
        var received = Stopwatch.GetElapsedTime(started);

        Bounded.Print(
            $"{Messages} messages of {MessageBytes} bytes: published in {published.TotalSeconds:0.0} s, " +
            $"at {Readers} readers after {received.TotalSeconds:0.0} s, with one reader standing still");
        await ReadAsync(stalled).Within(60);
        Bounded.Print($"the stalled one caught up after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }
    }

    /// <summary>A small receive buffer: what nobody reads stays with the server, not in the kernel.</summary>
    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 64 * 1024,
        };
        await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Reads all messages and checks that none is missing or out of order.</summary>
    private static async Task ReadAsync(Stream body)
    {
        var buffer = new byte[256 * 1024];
        var kept = 0;
        for (var next = 1L; next <= Messages;)
        {
            var count = await body.ReadAsync(buffer.AsMemory(kept), Bounded.Cancelled).Within(60);
            Assert.True(count > 0, $"the end before message {next}");
            kept += count;
            next += Count(buffer.AsSpan(0, kept), next, out var used);
            buffer.AsSpan(used, kept - used).CopyTo(buffer);
            kept -= used;
        }
    }

    /// <summary>Counts the next offsets; <paramref name="used"/> is what of the bytes is done with.</summary>
    private static int Count(ReadOnlySpan<byte> bytes, long next, out int used)
    {
        var member = "\"offset\":"u8;
        var count = 0;
        used = 0;
        while (true)
        {
            var at = bytes[used..].IndexOf(member);
            var end = at < 0 ? -1 : bytes[(used + at + member.Length)..].IndexOf((byte)',');
            if (end < 0)
            {
                used = Math.Max(used, bytes.Length - member.Length - 16);
                return count;
            }

            var digits = bytes.Slice(used + at + member.Length, end);
            var offset = Encoding.ASCII.GetString(digits);
            Assert.Equal((next + count).ToString(provider: null), offset);
            count++;
            used += at + member.Length + end;
        }
    }
}
