using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Streams;

/// <summary>The newest items of a topic, and the clients that read them. Thread-safe.</summary>
/// <remarks>
/// A client is a number into the kept items, as a room's reader is a cursor into the log: replay and live need no
/// joint, and a slow client costs no memory. Nothing is awaited and nothing is written under the lock.
/// </remarks>
internal sealed class TopicLog(TopicOptions options, TimeProvider time) : IFrameSource
{
    private const string StartIdHeader = "Stream-Start-Id";
    private const string Earliest = "earliest";

    // A longer id is none of ours, and is not repeated to whoever sent it.
    private const int MaxIdCharacters = 64;

    // Ids of an earlier process, or of another topic, must not be taken for ids of this one.
    private readonly string _epoch = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
    private readonly Lock _lock = new();
    private readonly TopicEvent?[] _kept = new TopicEvent?[options.KeptItems];
    private readonly HashSet<TopicReader> _readers = [];

    // Items _first to _last are kept; numbers begin with 1.
    private long _first = 1;
    private long _last;
    private long _bytes;
    private bool _isComplete;

    /// <summary>How many clients read.</summary>
    public int ReaderCount
    {
        get
        {
            lock (_lock)
            {
                return _readers.Count;
            }
        }
    }

    /// <summary>Appends an item and wakes who waits for it. Returns its id.</summary>
    public string Append(string? name, byte[] line)
    {
        lock (_lock)
        {
            if (_isComplete)
            {
                throw new InvalidOperationException("The topic is complete; publish before Complete.");
            }

            var id = IdOf(_last + 1);
            if (_last + 1 - _first == _kept.Length)
            {
                _first++;
            }

            _kept[++_last % _kept.Length] = new TopicEvent(id, name, line, time.GetTimestamp(), _bytes);
            _bytes += line.Length;
            Trim();
            foreach (var reader in _readers)
            {
                if (!reader.Wake() && options.Slow == SlowPolicy.Disconnect && IsTooFarBehind(reader))
                {
                    reader.Cut();
                }
            }

            return id;
        }
    }

    /// <summary>Ends the streams of all clients once they have everything.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            foreach (var reader in _readers)
            {
                reader.Wake();
            }
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerator<ReadOnlyMemory<byte>> Open(OpenStream stream)
    {
        var reader = new TopicReader(this, stream);
        var asked = AskedId(stream.Context.Request);
        string startId;
        lock (_lock)
        {
            Trim();
            startId = Place(reader, asked);
            _readers.Add(reader);
        }

        stream.Context.Response.Headers[StartIdHeader] = startId;
        return reader;
    }

    /// <summary>The next frame for a client; else false, and what to wait for, or null for the end.</summary>
    public bool TryTake(TopicReader reader, out ReadOnlyMemory<byte> frame, out Task? more)
    {
        lock (_lock)
        {
            more = null;
            if (reader.Notice.IsEmpty && IsTooFarBehind(reader))
            {
                CatchUp(reader);
            }

            frame = reader.Notice;
            reader.Notice = default;
            if (!frame.IsEmpty)
            {
                return true;
            }

            if (reader.Next <= _last)
            {
                frame = Kept(reader.Next++).FrameIn(reader.Framing);
                return true;
            }

            reader.IsLive = true;
            more = _isComplete ? null : reader.NextWake();
            return false;
        }
    }

    /// <summary>The client has gone.</summary>
    public void Leave(TopicReader reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
        }
    }

    /// <summary>The header wins: a browser repeats it by itself, while its address stays what it was.</summary>
    private static string AskedId(HttpRequest request)
    {
        var id = request.Headers["Last-Event-ID"].ToString();
        id = id.Length > 0 ? id : request.Query["after"].ToString();
        return id.Length > 0 ? id : request.Query["lastEventId"].ToString();
    }

    /// <summary>Puts a new client where it asked to go on. Returns the id of what it is taken to have.</summary>
    private string Place(TopicReader reader, string asked)
    {
        reader.Next = asked.Length == 0 ? _last + 1 : _first;
        reader.IsLive = options.Slow == SlowPolicy.LatestOnly;
        if (asked is not ("" or Earliest))
        {
            var number = NumberOf(asked);
            if (number + 1 >= _first && number <= _last)
            {
                reader.Next = number.Value + 1;
            }
            else
            {
                var from = asked.Length <= MaxIdCharacters ? asked : "";
                reader.Notice = StreamNotices.Gap(reader.Framing, from, IdOf(_first - 1));
            }
        }

        return IdOf(reader.Next - 1);
    }

    private string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{_epoch}-{number}");

    private long? NumberOf(string id) =>
        id.Length > _epoch.Length
        && id.StartsWith(_epoch, StringComparison.Ordinal)
        && id[_epoch.Length] == '-'
        && long.TryParse(
            id.AsSpan(_epoch.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private TopicEvent Kept(long number) => _kept[number % _kept.Length]!; // Only asked for _first to _last.

    /// <summary>Lets go of what is too old or too much. The newest item stays unless it is too old.</summary>
    private void Trim()
    {
        while (_first <= _last)
        {
            var oldest = Kept(_first);
            var isTooMuch = _first < _last && _bytes - oldest.BytesBefore > options.KeptBytes;
            if (!isTooMuch && time.GetElapsedTime(oldest.At) < options.KeptFor)
            {
                return;
            }

            _kept[_first++ % _kept.Length] = null;
        }
    }

    private bool IsTooFarBehind(TopicReader reader)
    {
        if (reader.Next < _first)
        {
            return true;
        }

        var behind = _last + 1 - reader.Next;
        return behind > 1 && reader.IsLive && (
            options.Slow == SlowPolicy.LatestOnly
            || behind > options.MaxBehindItems
            || _bytes - Kept(reader.Next).BytesBefore > options.MaxBehindBytes);
    }

    private void CatchUp(TopicReader reader)
    {
        var before = reader.Next;
        switch (options.Slow)
        {
            case SlowPolicy.Disconnect:
                reader.Cut();
                throw new OperationCanceledException("The client fell too far behind.");
            case SlowPolicy.LatestOnly:
                reader.Next = Math.Max(_last, _first);
                return;
            default:
                reader.Next = Math.Max(reader.Next, _first);
                while (IsTooFarBehind(reader))
                {
                    reader.Next++;
                }

                reader.Notice = StreamNotices.Dropped(reader.Framing, IdOf(reader.Next - 1), reader.Next - before);
                return;
        }
    }
}
