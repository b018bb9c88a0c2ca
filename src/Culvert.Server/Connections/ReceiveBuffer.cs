using System.Buffers;

namespace Culvert.Server.Connections;

/// <summary>
/// What was received and not consumed, in one piece, so that a request is parsed without copying it together. Rented
/// while there is something in it. For one caller at a time.
/// </summary>
internal struct ReceiveBuffer
{
    /// <summary>
    /// Readers consume as they go. What one waits for whole, a head or a body that an application collects, has limits
    /// of its own below this.
    /// </summary>
    public const int LargestBytes = 32 * 1024 * 1024;

    private const int SmallestBytes = 4096;

    private byte[]? _bytes;
    private int _start;
    private int _end;
    private int _examined;
    private int _nextBytes;

    /// <summary>
    /// How far a buffer that is filled again and again may grow by that alone, in bytes; 0 for not at all.
    /// </summary>
    public int MostBytes { get; set; }

    /// <summary>Bytes that are not consumed.</summary>
    public readonly int Length => _end - _start;

    /// <summary>True when there is something that the reader has not looked at.</summary>
    public readonly bool HasUnexamined => _end > _examined;

    /// <summary>True when more can be received without moving anything.</summary>
    public readonly bool HasFree => _bytes is null || _end < _bytes.Length;

    /// <summary>What is not consumed, one segment; valid until it is moved, advanced or cleared.</summary>
    public readonly ReadOnlySequence<byte> Unread =>
        _bytes is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_bytes, _start, Length);

    /// <summary>Room behind what is there, never empty. Moves it when there is none.</summary>
    /// <exception cref="InvalidOperationException">A reader waits for more than anybody may.</exception>
    public Memory<byte> Free()
    {
        _bytes ??= ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBytes, _nextBytes));
        if (_end == _bytes.Length)
        {
            MakeRoom(_bytes);
        }

        return _bytes.AsMemory(_end);
    }

    /// <summary>So many bytes were received into <see cref="Free"/>.</summary>
    public void Add(int count)
    {
        _end += count;
        if (MostBytes > 0 && _bytes is { } bytes)
        {
            // The next one is larger while more was there than fitted, and small again for a few bytes.
            _nextBytes = _end == bytes.Length ? Math.Min(bytes.Length * 2, MostBytes)
                : count < bytes.Length / 4 ? 0
                : bytes.Length;
        }
    }

    /// <param name="consumed">Position in <see cref="Unread"/> up to which nothing is needed any more.</param>
    /// <param name="examined">Position up to which the reader has looked without finding an end.</param>
    public void Advance(int consumed, int examined)
    {
        if (_bytes is null)
        {
            return;
        }

        (_start, _examined) = (consumed, examined);
    }

    /// <summary>The first so many bytes of <see cref="Unread"/> are not needed any more; the rest is new.</summary>
    public void Consume(int count)
    {
        _start += count;
        _examined = _start;
    }

    /// <summary>Forgets everything. Not while somebody looks at it or receives into it.</summary>
    /// <param name="keepsMemory">False to give the memory back.</param>
    public void Clear(bool keepsMemory)
    {
        var bytes = _bytes;
        this = new ReceiveBuffer { MostBytes = MostBytes, _nextBytes = _nextBytes };
        if (keepsMemory)
        {
            _bytes = bytes;
        }
        else if (bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void MakeRoom(byte[] bytes)
    {
        var length = Length;
        var target = bytes;
        if (length > bytes.Length / 2)
        {
            if (bytes.Length >= LargestBytes)
            {
                throw new InvalidOperationException($"A reader waits for more than {LargestBytes} bytes.");
            }

            target = ArrayPool<byte>.Shared.Rent(bytes.Length * 2);
        }

        bytes.AsSpan(_start, length).CopyTo(target);
        if (target != bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        (_bytes, _examined, _start, _end) = (target, _examined - _start, 0, length);
    }
}
