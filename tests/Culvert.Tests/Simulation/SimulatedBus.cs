using Culvert.Server.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>
/// A node's end of a bus that loses messages, delivers them when the simulation says so, and is away at times. What one
/// node sent comes in order or not at all.
/// </summary>
internal sealed class SimulatedBus(World world) : IRoomBus
{
    private const int MaxWaiting = 200;

    private readonly Dictionary<SimulatedBus, Queue<BusMessage>> _arrived = [];
    private bool _hasLost;

    public Action<BusMessage>? Received { get; set; }

    public Action? Lost { get; set; }

    public bool IsConnected { get; private set; }

    public int Waiting => _arrived.Values.Sum(static from => from.Count);

    public void Start() => IsConnected = true;

    public void Send(BusMessage message)
    {
        foreach (var other in world.Nodes.Select(static node => node.Bus).Where(bus => bus != this))
        {
            if (IsConnected && other.IsConnected && !world.LosesMessage())
            {
                other.Take(this, message);
            }
        }
    }

    /// <summary>Goes away with all that was under way; back again it knows that it may have missed something.</summary>
    public void Connect(bool on)
    {
        _hasLost |= on && !IsConnected;
        IsConnected = on;
        if (!on)
        {
            _arrived.Clear();
        }
    }

    /// <summary>Delivers one message of any node; false when none waits.</summary>
    public bool Deliver(Random random)
    {
        if (_hasLost)
        {
            _hasLost = false;
            Lost?.Invoke();
        }

        var waiting = _arrived.Values.Where(static from => from.Count > 0).ToList();
        if (waiting.Count == 0)
        {
            return false;
        }

        var message = waiting[random.Next(waiting.Count)].Dequeue();
        world.See(message.GetType().Name);
        Received?.Invoke(message);
        return true;
    }

    public ValueTask DisposeAsync()
    {
        IsConnected = false;
        return ValueTask.CompletedTask;
    }

    private void Take(SimulatedBus from, BusMessage message)
    {
        if (Waiting >= MaxWaiting)
        {
            _hasLost = true;
            return;
        }

        if (!_arrived.TryGetValue(from, out var queue))
        {
            _arrived[from] = queue = new Queue<BusMessage>();
        }

        queue.Enqueue(message);
    }
}
