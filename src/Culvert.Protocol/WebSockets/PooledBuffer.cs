using System.Buffers;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// Contiguous bytes in an array rented from the shared pool: none while empty, and never more than about twice what was
/// really written. Not for concurrent use.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int FirstCapacity = 256;

    private readonly int _capacityLimit;
    private byte[] _array = [];

    /// <param name="capacityLimit">
    /// How far doubling goes, in bytes; a single larger request is still met, so the owner checks its limit first.
    /// </param>
    public PooledBuffer(int capacityLimit) => _capacityLimit = capacityLimit;

    public int Count { get; private set; }

    public bool HoldsArray => _array.Length > 0;

    /// <summary>What was written; valid until the next write or <see cref="Release"/>.</summary>
    public Memory<byte> Written => _array.AsMemory(0, Count);

    public Span<byte> Append(ReadOnlySpan<byte> data)
    {
        var destination = GetSpan(data.Length)[..data.Length];
        data.CopyTo(destination);
        Count += data.Length;
        return destination;
    }

    public void Truncate(int count) => Count = Math.Min(count, Count);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - Count);
        Count += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsSpan(Count);
    }

    /// <summary>Forgets the bytes and gives the array back.</summary>
    public void Release()
    {
        Count = 0;
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = [];
        }
    }

    private void Reserve(int bytes)
    {
        var needed = checked(Count + bytes);
        if (needed <= _array.Length)
        {
            return;
        }

        var doubled = Math.Min(Math.Max(FirstCapacity, 2L * _array.Length), _capacityLimit);
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(needed, doubled));
        _array.AsSpan(0, Count).CopyTo(larger);
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = larger;
    }
}
