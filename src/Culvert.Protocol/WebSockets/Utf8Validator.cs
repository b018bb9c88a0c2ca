using System.Text.Unicode;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// Checks that a text message is UTF-8 (RFC 6455 §8.1, RFC 3629) piece by piece, wherever the pieces are cut, and fails
/// at the first byte after which no continuation can be valid. A mutable struct of eight bytes; <c>default</c> is the
/// start of a message. Not for concurrent use; copy it only on purpose.
/// </summary>
public struct Utf8Validator
{
    // Continuation bytes still due, and the range of the next one: narrower than 80–BF after E0, ED, F0 and F4, which
    // is what shuts out overlong forms, surrogates and values over U+10FFFF at the second byte.
    private byte _due;
    private byte _low;
    private byte _high;
    private bool _failed;

    /// <summary>Whether everything seen so far is valid and ends at a character boundary.</summary>
    public readonly bool IsComplete => _due == 0 && !_failed;

    /// <summary>Checks the next bytes of the message.</summary>
    /// <param name="data">Any number of bytes; not kept.</param>
    /// <returns>
    /// False as soon as the bytes seen can no longer be the beginning of valid UTF-8, and always afterwards.
    /// </returns>
    public bool Append(ReadOnlySpan<byte> data)
    {
        var index = 0;
        while (_due > 0 && index < data.Length && !_failed)
        {
            Step(data[index++]);
        }

        if (_failed)
        {
            return false;
        }

        var rest = data[index..];
        var tail = UnfinishedTail(rest);
        if (!Utf8.IsValid(rest[..^tail]))
        {
            _failed = true;
            return false;
        }

        foreach (var value in rest[^tail..])
        {
            Step(value);
        }

        return !_failed;
    }

    /// <summary>How many bytes at the end begin a character that does not end here: 0 to 3.</summary>
    private static int UnfinishedTail(ReadOnlySpan<byte> data)
    {
        for (var back = 1; back <= 3 && back <= data.Length; back++)
        {
            var value = data[^back];
            if ((value & 0xC0) == 0x80)
            {
                continue;
            }

            var length = value switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
            return length > back ? back : 0;
        }

        return 0;
    }

    private void Step(byte value)
    {
        if (_due > 0)
        {
            _failed |= value < _low || value > _high;
            _due--;
            (_low, _high) = (0x80, 0xBF);
            return;
        }

        (_due, _low, _high) = value switch
        {
            <= 0x7F => ((byte)0, (byte)0x80, (byte)0xBF),
            >= 0xC2 and <= 0xDF => ((byte)1, (byte)0x80, (byte)0xBF),
            0xE0 => ((byte)2, (byte)0xA0, (byte)0xBF),
            0xED => ((byte)2, (byte)0x80, (byte)0x9F),
            >= 0xE1 and <= 0xEF => ((byte)2, (byte)0x80, (byte)0xBF),
            0xF0 => ((byte)3, (byte)0x90, (byte)0xBF),
            >= 0xF1 and <= 0xF3 => ((byte)3, (byte)0x80, (byte)0xBF),
            0xF4 => ((byte)3, (byte)0x80, (byte)0x8F),
            _ => ((byte)0xFF, (byte)0x80, (byte)0xBF),
        };
        _failed |= _due == 0xFF;
    }
}
