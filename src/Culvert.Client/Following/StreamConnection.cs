using System.Buffers;
using Culvert.Protocol.EventStreams;
using Culvert.Protocol.Ndjson;

namespace Culvert.Client.Following;

/// <summary>One answer that streams: cuts it into lines. Not thread-safe.</summary>
internal sealed class StreamConnection : IAsyncDisposable
{
    public const string EventStreamType = "text/event-stream";

    // What a socket delivers at once in a fast replay; smaller ones cost a read for every few lines.
    private const int BufferBytes = 64 * 1024;
    private const int BadLineBytes = 1024;

    private static readonly string[] LineTypes =
        [NdjsonWriter.MediaType, "application/ndjson", "application/jsonl", "application/json", "text/plain"];

    private readonly HttpResponseMessage _answer;
    private readonly Stream _body;
    private readonly IdleDeadline _deadline;
    private readonly TimeSpan _idleTimeout;
    private readonly int _maxLineBytes;
    private readonly NdjsonLineReader? _lines;
    private readonly EventStreamParser? _parser;
    private readonly List<ServerSentEvent> _events = [];
    private int _reportedSkips;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _nextEvent;
    private int _start;
    private int _end;

    public StreamConnection(
        HttpResponseMessage answer, Stream body, FollowOptions options, IdleDeadline deadline, string? lastEventId)
    {
        _answer = answer;
        _body = body;
        _deadline = deadline;
        _idleTimeout = options.IdleTimeout;
        _maxLineBytes = options.MaxLineBytes;
        if (IsEventStream(answer))
        {
            _parser = new EventStreamParser(options.MaxLineBytes, lastEventId ?? "");
        }
        else
        {
            _lines = new NdjsonLineReader(options.MaxLineBytes);
        }
    }

    /// <summary>How long the server wants clients to wait before they come back; null when it did not say.</summary>
    public TimeSpan? Retry =>
        _parser?.RetryMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>The id to resume an event stream by, once all its events are taken; null for lines.</summary>
    public string? LastEventId => _parser?.LastEventId;

    /// <summary>What cut the connection; null while nothing did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>True for an answer that can be cut into lines or events.</summary>
    public static bool IsStream(HttpResponseMessage answer) =>
        IsEventStream(answer)
        || LineTypes.Contains(answer.Content.Headers.ContentType?.MediaType, StringComparer.OrdinalIgnoreCase);

    /// <summary>True for an answer of <c>text/event-stream</c>.</summary>
    public static bool IsEventStream(HttpResponseMessage answer) =>
        string.Equals(
            answer.Content.Headers.ContentType?.MediaType, EventStreamType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes the next line that is here already, or says that there is none.</summary>
    /// <param name="reading">What lines mean.</param>
    /// <param name="item">What to deliver; null for any verdict but the two that say so.</param>
    /// <param name="bad">What could not be read; null otherwise.</param>
    public LineVerdict Take<T>(IStreamReading<T> reading, out T? item, out BadLine? bad)
        where T : class
    {
        scoped ReadOnlySpan<byte> line;
        scoped ReadOnlySpan<byte> rest;
        ServerSentEvent? source = null;
        item = null;
        bad = null;
        if (_lines is not null)
        {
            rest = _buffer.AsSpan(_start, _end - _start);
            var found = _lines.Read(ref rest, out line);
            _start = _end - rest.Length;
            if (found == NdjsonLine.TooLong)
            {
                bad = TooLong();
                return LineVerdict.Bad;
            }

            if (found == NdjsonLine.None)
            {
                return LineVerdict.None;
            }
        }
        else if (_nextEvent < _events.Count)
        {
            source = _events[_nextEvent++];
            line = source.Data.Span;
        }
        else if (_parser?.SkippedEvents > _reportedSkips)
        {
            _reportedSkips++;
            bad = TooLong();
            return LineVerdict.Bad;
        }
        else
        {
            _events.Clear();
            _nextEvent = 0;
            return LineVerdict.None;
        }

        var verdict = reading.Read(line, source, out item);
        if (verdict is not (LineVerdict.Take or LineVerdict.TakeAndCaughtUp))
        {
            item = null;
        }

        if (verdict == LineVerdict.Bad)
        {
            bad = new BadLine(line[..Math.Min(line.Length, BadLineBytes)].ToArray(), reading.WhyBad);
        }

        return verdict;
    }

    /// <summary>Waits for more.</summary>
    public async ValueTask<StreamFill> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Only waiting counts: a caller who takes long over a line is no silence of the server.
            _deadline.Extend(_idleTimeout);
            var count = await _body.ReadAsync(_buffer.AsMemory(0, BufferBytes), _deadline.Token).ConfigureAwait(false);
            _deadline.Extend(Timeout.InfiniteTimeSpan);
            if (count == 0)
            {
                return Finish();
            }

            _start = 0;
            _end = count;
            _parser?.Feed(_buffer.AsSpan(0, count), _events);
            return StreamFill.More;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Failure = e;
            return _deadline.HasPassed ? StreamFill.Silent : StreamFill.Cut;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // An answer that has not ended closes its connection here, which is how the server learns that we are gone.
        await _body.DisposeAsync().ConfigureAwait(false);
        _answer.Dispose();
        _deadline.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private BadLine TooLong() => new(default, $"longer than {_maxLineBytes} bytes");

    // A last line needs no line break when the body ended properly; a cut one never gets here.
    private StreamFill Finish()
    {
        if (_lines is not { IsIncomplete: true })
        {
            return StreamFill.End;
        }

        _buffer[0] = (byte)'\n';
        _start = 0;
        _end = 1;
        return StreamFill.More;
    }
}
