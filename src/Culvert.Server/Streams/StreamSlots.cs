using System.Net;
using System.Net.Sockets;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Streams;

/// <summary>Counts the open streams, in all and to each address. Thread-safe.</summary>
internal sealed class StreamSlots(StreamLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private int _count;

    /// <summary>Takes a slot; the error to refuse with when there is none, else null.</summary>
    public ErrorCode? TryEnter(IPAddress? address)
    {
        lock (_lock)
        {
            if (_count >= limits.MaxStreams)
            {
                return ErrorCode.Overloaded;
            }

            if (NetworkOf(address) is { } network)
            {
                var open = _open.GetValueOrDefault(network);
                if (open >= limits.MaxStreamsPerAddress)
                {
                    return ErrorCode.TooManyConnections;
                }

                _open[network] = open + 1;
            }

            _count++;
            return null;
        }
    }

    /// <summary>The reverse of a <see cref="TryEnter"/> that gave a slot.</summary>
    public void Exit(IPAddress? address)
    {
        lock (_lock)
        {
            _count--;
            if (NetworkOf(address) is { } network && --_open[network] == 0)
            {
                _open.Remove(network);
            }
        }
    }

    /// <summary>What is counted as one address; null for this machine, which is not counted.</summary>
    private static IPAddress? NetworkOf(IPAddress? address)
    {
        if (address is null || IPAddress.IsLoopback(address))
        {
            return null;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain) || plain.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return IPAddress.IsLoopback(plain) ? null : plain;
        }

        var bytes = plain.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
