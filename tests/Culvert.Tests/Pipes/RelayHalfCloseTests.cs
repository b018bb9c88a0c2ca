using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>
/// Half-close that both ends agreed on: a Close 1000 ends its direction alone, and its answer is the end of the other
/// one. Row 5.4-01.
/// </summary>
public sealed class RelayHalfCloseTests
{
    private static readonly RelayRules Agreed = new() { HalfClose = true, PingInterval = TimeSpan.Zero };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.4-01", Way.Sockets)]
    public async Task Close_1000_ends_its_direction_and_the_other_goes_on_as_long_as_something_comes(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(Agreed);
        var (x, y) = rig.Sides(isClient);
        await x.SendTextAsync("ask");
        await x.SendCloseAsync(1000, "done");
        Assert.Equal("ask", await y.ReadTextAsync());
        Assert.Equal("done", (await y.ReadCloseAsync()).Reason);

        for (var i = 0; i < 3; i++)
        {
            await rig.PassAsync(TimeSpan.FromSeconds(25));
            await y.SendTextAsync("answer");
            Assert.Equal("answer", await x.ReadTextAsync());
        }

        await y.SendCloseAsync(1000, "too");
        Assert.Equal("too", (await x.ReadCloseAsync()).Reason);
        x.Finish();
        y.Finish();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "half-close");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.4-01", Way.ToBytes)]
    public async Task Close_1000_is_the_end_of_bytes_and_is_answered_at_their_other_end(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst, Agreed);
        var (socket, bytes) = rig.Sides(socketIsFirst);
        await socket.SendTextAsync("ask");
        await socket.SendCloseAsync(1000);
        Assert.Equal("ask"u8.ToArray(), await bytes.ReadToEndAsync());
        await rig.PassAsync(TimeSpan.FromSeconds(20));

        await bytes.SendAsync("answer"u8.ToArray());
        bytes.Finish();

        Assert.Equal("answer", (await socket.ReadAsync()).Text);
        Assert.Equal(CloseCode.Normal, (await socket.ReadCloseAsync()).Code);
        socket.Finish();
        (await rig.EndAsync()).MustBe(socketIsFirst ? "client" : "backend", "half-close");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.4-01", Way.FromBytes)]
    public async Task End_of_bytes_is_a_Close_1000_and_the_answer_still_comes(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync(!fromClient, fromClient, Agreed);
        var (bytes, socket) = rig.Sides(fromClient);
        await bytes.SendAsync("ask"u8.ToArray());
        bytes.Finish();
        Assert.Equal("ask", (await socket.ReadAsync()).Text);
        Assert.Equal(CloseCode.Normal, (await socket.ReadCloseAsync()).Code);
        await rig.PassAsync(TimeSpan.FromSeconds(20));

        await socket.SendTextAsync("answer");
        await socket.SendCloseAsync(1000);
        socket.Finish();

        Assert.Equal("answer"u8.ToArray(), await bytes.ReadToEndAsync());
        (await rig.EndAsync()).MustBe(fromClient ? "client" : "backend", "half-close");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.4-01", Way.Sockets)]
    public async Task Close_1000_that_nobody_answers_is_answered_after_the_linger(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(Agreed);
        var (x, y) = rig.Sides(isClient);
        await x.SendCloseAsync(1000);
        await y.ReadCloseAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(29));
        Assert.Equal(0, x.Socket.Available);

        await rig.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(CloseCode.Normal, (await x.ReadCloseAsync()).Code);
        x.Finish();
        y.Finish();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "half-close");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.4-01", Way.Sockets)]
    public async Task Another_code_ends_both_directions(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(Agreed);
        var (x, y) = rig.Sides(isClient);
        await x.SendCloseAsync(4001, "own");
        await y.ReadCloseAsync();

        await rig.PassAsync(TimeSpan.FromSeconds(5.25));

        Assert.Equal("own", (await x.ReadCloseAsync()).Reason);
    }
}
