using Culvert.Server.Fanout;
using Culvert.Server.Rooms;
using Culvert.Tests.Fanout;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Conformance;

/// <summary>What every bus over a server must do when the server or its connections go away.</summary>
public abstract class WireBusConformance : BusConformance
{
    [Fact]
    public async Task Connections_that_end_come_back_and_tell_of_the_loss()
    {
        await using var from = await JoinAsync();
        await using var ear = await JoinAsync();
        from.Bus.Send(new BusMessage.Control(1));
        Assert.Equal(new BusMessage.Control(1), await ear.NextAsync());

        await EndConnectionsAsync();

        Assert.Null(await ear.NextAsync());
        Assert.True(ear.Bus.IsConnected);
        await SendUntilHeardAsync(from, ear);
    }

    [Fact]
    public async Task A_server_that_was_away_is_found_again()
    {
        await using var from = await JoinAsync();
        await using var ear = await JoinAsync();

        await StopServerAsync();
        foreach (var id in Enumerable.Range(1, 50_000))
        {
            from.Bus.Send(new BusMessage.Control(id));
        }

        await StartServerAsync();

        Assert.Empty(await ear.UntilLostAsync());
        await SendUntilHeardAsync(from, ear);
    }

    [Fact]
    public async Task A_bus_ends_at_once_while_its_server_is_away()
    {
        await using var ear = await JoinAsync();
        await StopServerAsync();

        var ending = ear.DisposeAsync().AsTask();

        await ending.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await StartServerAsync();
    }

    [Fact]
    public async Task Two_clusters_on_one_server_do_not_hear_each_other()
    {
        await using var from = await JoinAsync();
        await using var ear = await JoinAsync();
        await using var stranger = await JoinAsync("culvert:other");

        stranger.Bus.Send(new BusMessage.Control(9));
        from.Bus.Send(new BusMessage.Control(1));

        Assert.Equal(new BusMessage.Control(1), await ear.NextAsync());
    }

    private protected override Task<BusEar> JoinAsync() => JoinAsync("culvert:test");

    private protected async Task<BusEar> JoinAsync(string channel)
    {
        var ear = new BusEar(new WireBus(
            await WireAsync(channel), TimeProvider.System, TestMetrics.NewBus(), NullLogger<WireBus>.Instance));

        // From here on it hears, and before it may have missed something.
        Assert.Null(await ear.NextAsync());
        return ear;
    }

    private protected abstract Task<IBusWire> WireAsync(string channel);

    /// <summary>Ends every connection, of those who hear and of those who send.</summary>
    private protected abstract Task EndConnectionsAsync();

    private protected abstract Task StopServerAsync();

    private protected abstract Task StartServerAsync();

    /// <summary>
    /// What goes into a connection that has ended unnoticed is lost, and told so: the next is heard.
    /// </summary>
    private static async Task SendUntilHeardAsync(BusEar from, BusEar ear)
    {
        for (var id = 100_001; ; id++)
        {
            from.Bus.Send(new BusMessage.Control(id));
            if (await ear.NextAsync() is BusMessage.Control { LastId: > 100_000 })
            {
                return;
            }
        }
    }
}
