using System.Threading.Channels;
using Culvert.Server.Rooms;

namespace Culvert.Server.Fanout.InProcess;

/// <summary>A node's end of an <see cref="InProcessHub"/>.</summary>
internal sealed class InProcessBus : IRoomBus
{
    private const int MaxWaiting = 10_000;

    private readonly InProcessHub _hub;
    private readonly Channel<BusMessage> _arrived = Channel.CreateBounded<BusMessage>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private Task _delivering = Task.CompletedTask;
    private volatile bool _isOpen;
    private int _hasLost;

    public InProcessBus(InProcessHub hub)
    {
        _hub = hub;
    }

    public Action<BusMessage>? Received { get; set; }

    public Action? Lost { get; set; }

    public bool IsConnected => _isOpen;

    public void Start()
    {
        _isOpen = true;
        _delivering = DeliverAllAsync();
    }

    public void Send(BusMessage message) => _hub.Send(this, message);

    /// <summary>Takes a message of another node.</summary>
    public void Deliver(BusMessage message)
    {
        if (!_arrived.Writer.TryWrite(message))
        {
            Volatile.Write(ref _hasLost, 1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isOpen = false;
        _hub.Leave(this);
        _arrived.Writer.TryComplete();
        await _delivering;
    }

    /// <summary>Ends when the bus is disposed of.</summary>
    private async Task DeliverAllAsync()
    {
        while (await _arrived.Reader.WaitToReadAsync())
        {
            while (_arrived.Reader.TryRead(out var message))
            {
                if (Interlocked.Exchange(ref _hasLost, 0) == 1)
                {
                    Lost?.Invoke();
                }

                Received?.Invoke(message);
            }
        }
    }
}
