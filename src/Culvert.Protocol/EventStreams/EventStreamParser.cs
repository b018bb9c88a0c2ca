using System.Text;

namespace Culvert.Protocol.EventStreams;

/// <summary>Reads an event stream from pieces cut anywhere (WHATWG HTML §9.2.6).</summary>
/// <remarks>Not thread-safe. Holds at most one unfinished line and the data of one event.</remarks>
public sealed class EventStreamParser
{
    /// <summary>Default bound of one event: 1 MiB.</summary>
    public const int DefaultMaxEventBytes = 1024 * 1024;

    private readonly int _maxEventBytes;
    private byte[] _line = new byte[256];
    private int _lineLength;
    private byte[] _data = new byte[256];
    private int _dataLength;
    private string _name = "";
    private string _pendingId = "";
    private bool _afterCarriageReturn;
    private int _markBytes;
    private bool _lineIsTooLong;
    private bool _eventIsTooLong;

    /// <summary>Starts a stream.</summary>
    /// <param name="maxEventBytes">
    /// Bytes of one line, and of the data of one event, at most; a larger event is left out. Default 1 MiB.
    /// </param>
    /// <param name="lastEventId">The id known from an earlier connection; empty for none.</param>
    public EventStreamParser(int maxEventBytes = DefaultMaxEventBytes, string lastEventId = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEventBytes, 1);
        ArgumentNullException.ThrowIfNull(lastEventId);
        _maxEventBytes = maxEventBytes;
        _pendingId = lastEventId;
        LastEventId = lastEventId;
    }

    /// <summary>What <c>Last-Event-ID</c> has to be when connecting again; empty for none.</summary>
    public string LastEventId { get; private set; }

    /// <summary>The last <c>retry</c>, in milliseconds; null when the stream sent none.</summary>
    public int? RetryMilliseconds { get; private set; }

    /// <summary>How many events were larger than the bound and left out; their ids and names count.</summary>
    public int SkippedEvents { get; private set; }

    /// <summary>Takes the next bytes and adds the events that they complete.</summary>
    /// <param name="bytes">Any piece of the stream; not kept.</param>
    /// <param name="events">Gets the events in order.</param>
    public void Feed(ReadOnlySpan<byte> bytes, ICollection<ServerSentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        bytes = SkipMark(bytes);
        while (!bytes.IsEmpty)
        {
            if (_afterCarriageReturn)
            {
                _afterCarriageReturn = false;
                if (bytes[0] == '\n')
                {
                    bytes = bytes[1..];
                    continue;
                }
            }

            var index = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            if (index < 0)
            {
                KeepLine(bytes);
                return;
            }

            _afterCarriageReturn = bytes[index] == '\r';
            TakeLine(bytes[..index], events);
            bytes = bytes[(index + 1)..];
        }
    }

    // A byte order mark at the very start is not part of the first field; it may itself come in pieces.
    private ReadOnlySpan<byte> SkipMark(ReadOnlySpan<byte> bytes)
    {
        var mark = "\uFEFF"u8;
        while (_markBytes >= 0 && !bytes.IsEmpty)
        {
            if (bytes[0] != mark[_markBytes])
            {
                // What looked like a mark was text.
                KeepLine(mark[.._markBytes]);
                _markBytes = -1;
                break;
            }

            bytes = bytes[1..];
            _markBytes = _markBytes == 2 ? -1 : _markBytes + 1;
        }

        return bytes;
    }

    private void TakeLine(ReadOnlySpan<byte> end, ICollection<ServerSentEvent> events)
    {
        // A line that arrived whole is not copied.
        if (_lineLength == 0 && !_lineIsTooLong && !IsTooLong(end.Length))
        {
            Process(end, events);
            return;
        }

        KeepLine(end);
        var (length, isWhole) = (_lineLength, !_lineIsTooLong);
        _lineLength = 0;
        _lineIsTooLong = false;
        if (isWhole)
        {
            Process(_line.AsSpan(0, length), events);
        }
    }

    private void Process(ReadOnlySpan<byte> line, ICollection<ServerSentEvent> events)
    {
        if (line.IsEmpty)
        {
            Dispatch(events);
            return;
        }

        var colon = line.IndexOf((byte)':');
        var field = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ')
        {
            value = value[1..];
        }

        if (field.SequenceEqual("data"u8))
        {
            TakeData(value);
        }
        else if (field.SequenceEqual("event"u8))
        {
            _name = Encoding.UTF8.GetString(value);
        }
        else if (field.SequenceEqual("id"u8) && !value.Contains((byte)0))
        {
            _pendingId = Encoding.UTF8.GetString(value);
        }
        else if (field.SequenceEqual("retry"u8))
        {
            TakeRetry(value);
        }
    }

    private void TakeData(ReadOnlySpan<byte> value)
    {
        // The line break before this line counts, the one after it does not.
        _eventIsTooLong |= _dataLength + value.Length > _maxEventBytes;
        if (!_eventIsTooLong)
        {
            Keep(ref _data, ref _dataLength, value);
            Keep(ref _data, ref _dataLength, "\n"u8);
        }
    }

    private void TakeRetry(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return;
        }

        // More digits than a number holds still mean "very long".
        RetryMilliseconds = int.TryParse(value, out var milliseconds) ? milliseconds : int.MaxValue;
    }

    private void Dispatch(ICollection<ServerSentEvent> events)
    {
        LastEventId = _pendingId;
        if (_eventIsTooLong)
        {
            SkippedEvents++;
        }
        else if (_dataLength > 0)
        {
            var data = _data.AsSpan(0, _dataLength - 1).ToArray();
            events.Add(new ServerSentEvent(_name.Length == 0 ? "message" : _name, data, LastEventId));
        }

        _eventIsTooLong = false;
        _dataLength = 0;
        _name = "";
    }

    private static void Keep(ref byte[] buffer, ref int length, ReadOnlySpan<byte> bytes)
    {
        if (buffer.Length - length < bytes.Length)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + bytes.Length));
        }

        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    private void KeepLine(ReadOnlySpan<byte> bytes)
    {
        if (_lineIsTooLong)
        {
            return;
        }

        if (IsTooLong(_lineLength + bytes.Length))
        {
            _lineIsTooLong = true;
            // A comment is no part of its event.
            _eventIsTooLong |= (_lineLength > 0 ? _line[0] : bytes[0]) != ':';
            return;
        }

        Keep(ref _line, ref _lineLength, bytes);
    }

    // The name of the field and the space after it do not count as the event's.
    private bool IsTooLong(int lineLength)
    {
        const int fieldName = 16;
        return lineLength - fieldName > _maxEventBytes;
    }
}
