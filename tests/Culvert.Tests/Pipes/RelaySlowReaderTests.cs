using System.Net.Sockets;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>A slow reader where one end, or both, are bytes: row 5.2-16.</summary>
public sealed class RelaySlowReaderTests
{
    /// <summary>More than all buffers of the system on the way.</summary>
    private const int ManyBytes = 24 * 1024 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-16", Way.ToBytes)]
    public Task Slow_reader_of_bytes_slows_the_WebSocket(bool fromClient) =>
        SlowsAsync(fromClient, xIsSocket: true, yIsSocket: false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-16", Way.FromBytes)]
    public Task Slow_reader_of_messages_slows_the_bytes(bool fromClient) =>
        SlowsAsync(fromClient, xIsSocket: false, yIsSocket: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-16", Way.Bytes)]
    public Task Slow_reader_of_bytes_slows_the_bytes(bool fromClient) =>
        SlowsAsync(fromClient, xIsSocket: false, yIsSocket: false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-16", Way.ToBytes)]
    public Task Slow_reader_of_bytes_is_reset_in_the_end_and_the_WebSocket_told_to_come_back(bool fromClient) =>
        CutsOffAsync(fromClient, xIsSocket: true, yIsSocket: false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-16", Way.FromBytes)]
    public Task Slow_reader_of_messages_is_cut_off_in_the_end_and_the_bytes_do_not_end_as_if_all_was_well(
        bool fromClient) => CutsOffAsync(fromClient, xIsSocket: false, yIsSocket: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-16", Way.Bytes)]
    public Task Slow_reader_of_bytes_is_reset_in_the_end_and_so_is_the_sender(bool fromClient) =>
        CutsOffAsync(fromClient, xIsSocket: false, yIsSocket: false);

    private static async Task SlowsAsync(bool fromClient, bool xIsSocket, bool yIsSocket)
    {
        await using var rig = await StartAsync(fromClient, xIsSocket, yIsSocket, new RelayRules());
        var (x, y) = rig.Sides(fromClient);
        var payload = new byte[ManyBytes];
        new Random(1).NextBytes(payload);
        var sending = x.SendAsync(xIsSocket ? x.Frames.Frame(Opcode.Binary, payload).ToArray() : payload);
        await RelayRig.UntilAsync(() => rig.DirectionOf(fromClient).Output.BlockedSince != 0);
        await rig.PassAsync(TimeSpan.FromSeconds(25));
        Assert.False(sending.IsCompleted);

        var received = new byte[ManyBytes];
        for (var count = 0; count < ManyBytes;)
        {
            var some = yIsSocket
                ? (await y.ReadAsync()).Payload
                : await y.ReadBytesAsync(Math.Min(65_536, ManyBytes - count));
            some.CopyTo(received, count);
            count += some.Length;
        }

        Assert.True(payload.AsSpan().SequenceEqual(received));
        await sending;
    }

    private static async Task CutsOffAsync(bool fromClient, bool xIsSocket, bool yIsSocket)
    {
        var rules = new RelayRules { StallTimeout = TimeSpan.FromSeconds(5) };
        await using var rig = await StartAsync(fromClient, xIsSocket, yIsSocket, rules);
        var (x, y) = rig.Sides(fromClient);
        var payload = new byte[ManyBytes];
        var sending = x.SendAsync(xIsSocket ? x.Frames.Frame(Opcode.Binary, payload).ToArray() : payload);
        await RelayRig.UntilAsync(() => rig.DirectionOf(fromClient).Output.BlockedSince != 0);

        await rig.PassAsync(TimeSpan.FromSeconds(6));

        if (xIsSocket)
        {
            Assert.Equal(CloseCode.TryAgainLater, (await x.ReadCloseAsync()).Code);
            x.Dispose();
        }
        else
        {
            // The system tells of the break once, to whichever call comes first. After a mere end the rest would be
            // taken and dropped, and both would succeed.
            var failures = new[]
            {
                await Record.ExceptionAsync(() => sending), await Record.ExceptionAsync(x.ReadToEndAsync),
            };
            Assert.NotEmpty(failures.OfType<SocketException>());
        }

        await y.MustBreakAsync();

        // It breaks, or was taken and dropped in time.
        await Record.ExceptionAsync(() => sending);
        (await rig.EndAsync()).MustBe(fromClient ? "backend" : "client", "stalled");
    }

    private static Task<RelayRig> StartAsync(bool fromClient, bool xIsSocket, bool yIsSocket, RelayRules rules) =>
        fromClient
            ? RelayRig.StartAsync(xIsSocket, yIsSocket, rules)
            : RelayRig.StartAsync(yIsSocket, xIsSocket, rules);
}
