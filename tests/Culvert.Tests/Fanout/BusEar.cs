using System.Threading.Channels;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Fanout;

/// <summary>A bus, and what a node heard over it, in order; null stands for <see cref="IRoomBus.Lost"/>.</summary>
internal sealed class BusEar : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Channel<BusMessage?> _heard = Channel.CreateUnbounded<BusMessage?>();

    public BusEar(IRoomBus bus)
    {
        Bus = bus;
        bus.Received = message => _heard.Writer.TryWrite(message);
        bus.Lost = () => _heard.Writer.TryWrite(null);
        bus.Start();
    }

    public IRoomBus Bus { get; }

    /// <summary>What was heard next; null for a loss.</summary>
    public Task<BusMessage?> NextAsync() =>
        _heard.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit);

    /// <summary>What is heard until a loss.</summary>
    public async Task<List<BusMessage>> UntilLostAsync()
    {
        var messages = new List<BusMessage>();
        while (await NextAsync() is { } message)
        {
            messages.Add(message);
        }

        return messages;
    }

    /// <summary>What is heard until this message, without it. Losses are passed over.</summary>
    public async Task<List<BusMessage>> UntilAsync(BusMessage last)
    {
        var messages = new List<BusMessage>();
        while (true)
        {
            var message = await NextAsync();
            if (last.Equals(message))
            {
                return messages;
            }

            if (message is not null)
            {
                messages.Add(message);
            }
        }
    }

    public ValueTask DisposeAsync() => Bus.DisposeAsync();
}
