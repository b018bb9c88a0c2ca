using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Connections;

/// <summary>A thread that waits for sockets, and tells each that it is ready. Thread-safe.</summary>
internal sealed class SocketLoop : IDisposable
{
    private const int EventsInARow = 256;

    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private readonly Stack<int> _free = new();
    private SocketReadiness?[] _places = new SocketReadiness?[64];
    private SafeFileHandle? _epoll;
    private SafeFileHandle? _bell;
    private int _used;
    private uint _additions;
    private volatile bool _isStopping;

    public SocketLoop(int number)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = $"sockets {number}" };
    }

    /// <summary>Tells it from now on, once for each change. False when it cannot be waited for.</summary>
    public bool TryAdd(SocketReadiness readiness)
    {
        lock (_gate)
        {
            if (_isStopping || !TryStart(out var epoll))
            {
                return false;
            }

            var index = _free.TryPop(out var free) ? free : _used++;
            if (index == _places.Length)
            {
                Array.Resize(ref _places, 2 * _used);
            }

            // An event that was under way for who had the place before is told from one for this.
            readiness.Place = ((long)++_additions << 32) | (uint)index;
            Volatile.Write(ref _places[index], readiness);
            if (Epoll.TryAdd(epoll, readiness.Socket, readiness.Place))
            {
                return true;
            }

            Free(index);
            return false;
        }
    }

    /// <summary>Tells it nothing any more, but for what is under way.</summary>
    public void Remove(SocketReadiness readiness)
    {
        lock (_gate)
        {
            if (_epoll is { IsClosed: false } epoll)
            {
                Epoll.Remove(epoll, readiness.Socket);
            }

            Free((int)readiness.Place);
        }
    }

    /// <summary>Ends all waits, and the thread, which is not waited for: it may be the one that says so.</summary>
    public void Dispose()
    {
        SafeFileHandle? bell;
        SocketReadiness?[] left;
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            (bell, left) = (_bell, [.. _places]);
        }

        foreach (var readiness in left)
        {
            readiness?.Dispose();
        }

        if (bell is not null)
        {
            Epoll.Ring(bell);
        }
    }

    private bool TryStart([NotNullWhen(true)] out SafeFileHandle? epoll)
    {
        epoll = _epoll;
        if (epoll is not null)
        {
            return true;
        }

        if (!Epoll.TryMake(out var made, out var bell))
        {
            return false;
        }

        (_epoll, _bell) = (made, bell);
        epoll = made;
        _thread.Start((made, bell));
        return true;
    }

    private void Free(int index)
    {
        _places[index] = null;
        _free.Push(index);
    }

    /// <summary>Ends when the bell rings.</summary>
    private void Run(object? state)
    {
        // What the thread was started with.
        var (epoll, bell) = ((SafeFileHandle, SafeFileHandle))state!;
        Span<Epoll.Event> events = stackalloc Epoll.Event[EventsInARow];
        while (!_isStopping)
        {
            Hear(events[..Epoll.Wait(epoll, events)]);
        }

        epoll.Dispose();
        bell.Dispose();
    }

    private void Hear(ReadOnlySpan<Epoll.Event> events)
    {
        foreach (ref readonly var heard in events)
        {
            var place = heard.Place;
            var places = Volatile.Read(ref _places);
            if (place != Epoll.Bell && Volatile.Read(ref places[(int)place]) is { } readiness
                && readiness.Place == place)
            {
                readiness.Hear(heard.Bits);
            }
        }
    }
}
