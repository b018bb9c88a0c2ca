using System.Buffers;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

/// <summary>Feeds a reader and writes down each event as one line of text, so that runs can be compared.</summary>
internal sealed class EventLog : IDisposable
{
    private readonly WebSocketReader _reader;

    public EventLog(WebSocketReaderOptions? options = null) =>
        _reader = new WebSocketReader(options ?? new WebSocketReaderOptions());

    public List<string> Lines { get; } = [];

    public WebSocketReader Reader => _reader;

    public static List<string> Of(byte[] wire, WebSocketReaderOptions? options = null)
    {
        using var log = new EventLog(options);
        log.Feed(wire);
        return log.Lines;
    }

    /// <summary>The same, with a piece fed for each two neighbouring cuts.</summary>
    public static List<string> OfPieces(byte[] wire, WebSocketReaderOptions? options, params int[] cuts)
    {
        using var log = new EventLog(options);
        var from = 0;
        foreach (var cut in cuts.Append(wire.Length))
        {
            log.Feed(wire[from..cut]);
            from = cut;
        }

        return log.Lines;
    }

    /// <summary>The same, as one sequence of many segments.</summary>
    public static List<string> OfSegments(byte[] wire, WebSocketReaderOptions? options, params int[] cuts)
    {
        using var log = new EventLog(options);
        var from = 0;
        Segment? first = null;
        Segment? last = null;
        foreach (var cut in cuts.Append(wire.Length))
        {
            last = last is null ? first = new Segment(wire[from..cut], 0) : last.Append(wire[from..cut]);
            from = cut;
        }

        log.Feed(new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length));
        return log.Lines;
    }

    /// <summary>Feeds a copy, because a server's reader unmasks in place.</summary>
    public void Feed(byte[] wire) => Feed(new ReadOnlySequence<byte>(wire.ToArray()));

    public void Dispose() => _reader.Dispose();

    private void Feed(ReadOnlySequence<byte> input)
    {
        while (_reader.TryRead(ref input, out var result))
        {
            Lines.Add(Describe(result));
        }

        Assert.True(input.IsEmpty);
    }

    private static string Describe(WebSocketEvent result) => result.Kind switch
    {
        WebSocketEventKind.Text => "text " + Encoding.UTF8.GetString(result.Payload.Span),
        WebSocketEventKind.Close or WebSocketEventKind.Failure =>
            $"{result.Kind.ToString().ToLowerInvariant()} {result.CloseCode} {result.Reason}".TrimEnd(),
        _ => $"{result.Kind.ToString().ToLowerInvariant()} {Convert.ToHexString(result.Payload.Span)}".TrimEnd(),
    };

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long runningIndex)
        {
            Memory = bytes;
            RunningIndex = runningIndex;
        }

        public Segment Append(byte[] bytes)
        {
            var next = new Segment(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
