using System.Buffers;

namespace Culvert.Server.Transports;

/// <summary>A buffer of the current thread for putting one line together.</summary>
internal static class Lines
{
    /// <summary>Beyond this a buffer is given up rather than kept for the life of its thread.</summary>
    private const int MaxKept = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _line;

    /// <summary>Empty, and valid until the next call on this thread: never across an await.</summary>
    public static ArrayBufferWriter<byte> Rent()
    {
        if (_line is null || _line.Capacity > MaxKept)
        {
            _line = new ArrayBufferWriter<byte>(512);
        }

        _line.ResetWrittenCount();
        return _line;
    }
}
