using System.Net;

namespace Culvert.Server.Front;

/// <summary>All connections of the front: how many there may be, and one sweep over their deadlines.</summary>
/// <remarks>Safe for concurrent use. One timer for all of them: an idle connection costs a comparison a tick.</remarks>
internal sealed class ConnectionTable : IAsyncDisposable
{
    /// <summary>Fine enough that a peer's end is passed on in less than a second.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly FrontLimits _limits;
    private readonly FrontClock _clock;
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _addresses = [];
    private readonly List<FrontConnection> _expired = [];
    private readonly PeriodicTimer _timer;
    private readonly Task _sweeping;
    private TaskCompletionSource? _passed;
    private FrontConnection? _first;
    private int _count;
    private int _frontCount;

    public ConnectionTable(FrontLimits limits, FrontClock clock, TimeProvider time)
    {
        _limits = limits;
        _clock = clock;
        _timer = new PeriodicTimer(Tick, time);
        _sweeping = SweepAsync();
    }

    /// <summary>Connections that are open.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>False when there are too many already, of all or from its address.</summary>
    public bool TryAdd(FrontConnection connection)
    {
        lock (_gate)
        {
            if (_count >= _limits.MaxConnections || !TryCount(connection))
            {
                return false;
            }

            _count++;
            _frontCount++;
            connection.Next = _first;
            if (_first is not null)
            {
                _first.Previous = connection;
            }

            _first = connection;
            connection.IsListed = true;
            return true;
        }
    }

    /// <summary>The HTTP server owns it from now on. Does nothing for one that is not listed.</summary>
    public void HandOver(FrontConnection connection)
    {
        lock (_gate)
        {
            if (connection.IsListed)
            {
                connection.IsHandedOver = true;
                Pass();
            }
        }
    }

    /// <summary>
    /// The HTTP server is done with it, and its session goes on. Does nothing for one that is not listed.
    /// </summary>
    public void TakeBack(FrontConnection connection)
    {
        lock (_gate)
        {
            if (connection.IsListed)
            {
                connection.IsHandedOver = false;
                _frontCount++;
            }
        }
    }

    /// <summary>Does nothing for one that is not listed.</summary>
    public void Remove(FrontConnection connection)
    {
        lock (_gate)
        {
            if (!connection.IsListed)
            {
                return;
            }

            connection.IsListed = false;
            _count--;
            Uncount(connection);
            if (connection.Previous is { } previous)
            {
                previous.Next = connection.Next;
            }
            else
            {
                _first = connection.Next;
            }

            if (connection.Next is { } next)
            {
                next.Previous = connection.Previous;
            }

            connection.Next = connection.Previous = null;
            if (!connection.IsHandedOver)
            {
                Pass();
            }
        }
    }

    /// <summary>Does something to each connection that is open now.</summary>
    public void ForEach(Action<FrontConnection> act)
    {
        List<FrontConnection> connections = [];
        lock (_gate)
        {
            for (var connection = _first; connection is not null; connection = connection.Next)
            {
                connections.Add(connection);
            }
        }

        connections.ForEach(act);
    }

    /// <summary>Ends when the front itself owns no connection.</summary>
    public Task WhenPassedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_frontCount == 0)
            {
                return Task.CompletedTask;
            }

            _passed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _passed.Task.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _sweeping;
    }

    private void Pass()
    {
        _frontCount--;
        if (_frontCount == 0)
        {
            _passed?.TrySetResult();
            _passed = null;
        }
    }

    private bool TryCount(FrontConnection connection)
    {
        if (_limits.MaxConnectionsPerAddress == 0 || connection.Address is not { } address
            || IPAddress.IsLoopback(address))
        {
            return true;
        }

        var count = _addresses.GetValueOrDefault(address);
        if (count >= _limits.MaxConnectionsPerAddress)
        {
            return false;
        }

        _addresses[address] = count + 1;
        return true;
    }

    private void Uncount(FrontConnection connection)
    {
        // Without a limit nobody has asked for the address, and a closed socket has none.
        if (_limits.MaxConnectionsPerAddress > 0 && connection.Address is { } address
            && _addresses.TryGetValue(address, out var count))
        {
            if (count == 1)
            {
                _addresses.Remove(address);
            }
            else
            {
                _addresses[address] = count - 1;
            }
        }
    }

    /// <summary>Ends when the timer is disposed.</summary>
    private async Task SweepAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            _clock.Tick();
            var now = _clock.Milliseconds;
            lock (_gate)
            {
                for (var connection = _first; connection is not null; connection = connection.Next)
                {
                    if (connection.IsOverdue(now))
                    {
                        _expired.Add(connection);
                    }
                }
            }

            _expired.ForEach(static connection => connection.Expire());
            _expired.Clear();
        }
    }
}
