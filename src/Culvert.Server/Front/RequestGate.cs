using System.IO.Pipelines;
using System.Net.Sockets;
using Culvert.Protocol.Http;
using Culvert.Server.Connections;
using Culvert.Server.Files;

namespace Culvert.Server.Front;

/// <summary>
/// Reads the requests of one connection, answers those for files and those that are no proper HTTP, and stops in front
/// of each that is for the application.
/// </summary>
/// <remarks>
/// Runs on the thread that heard of the bytes, so it must not block: what may need the disk goes on from a pool thread.
/// Pipelined requests are answered in order, with one send for as many as lie here.
/// </remarks>
internal sealed class RequestGate
{
    /// <summary>Rounds in a row before other connections of this thread have their turn.</summary>
    private const int RoundsInARow = 64;

    /// <summary>A body that nobody wants is read up to this, so that the connection can go on; in bytes.</summary>
    private const long SkippedBytes = 64 * 1024;

    private static readonly HttpRefusal TooSlow = new(408, "The request did not come in time.");
    private static readonly HttpRefusal CutShort = new(400, "The request ended in the middle of its head.");

    private static readonly HttpRefusal LatePreface = new(505, "HTTP/2 can only begin a connection.");

    private readonly FrontServer _server;
    private readonly FrontConnection _connection;
    private readonly SocketPipeReader _input;
    private readonly AnswerSender _sender;

    private BodyScanner _body;
    private bool _isSkipping;
    private long _skipped;

    // The request that is looked at, and what Examine found out about it.
    private RequestHead _head;
    private HttpRefusal _refusal;
    private FileAnswer _answer;
    private int _consumed;
    private bool _closes;
    private bool _discards;
    private AccessNote? _note;

    public RequestGate(FrontServer server, FrontConnection connection)
    {
        _server = server;
        _connection = connection;
        _input = connection.Input;
        _sender = new AnswerSender(server, connection);
    }

    /// <summary>The body of the request in front of which the gate stopped.</summary>
    public BodyScanner Body => _body;

    /// <summary>Bytes of that request's head; 0 when it is not HTTP/1 and all that follows is for others.</summary>
    public int HeadLength { get; private set; }

    /// <summary>True when that request asks to leave HTTP.</summary>
    public bool IsUpgrade { get; private set; }

    /// <summary>Goes on until a request is for the application. Never throws for what a peer does.</summary>
    public async ValueTask<Passage> PassAsync()
    {
        for (var round = 1; ; round++)
        {
            if (round % RoundsInARow == 0)
            {
                await Task.Yield();
            }

            var read = await _input.ReadAsync();
            if (read.IsCanceled && LetGo(read) is { } passage)
            {
                return passage;
            }

            _consumed = 0;
            var step = _connection is { IsExpired: true, Phase: Phase.Head }
                ? Refuse(TooSlow)
                : Examine(read.Buffer.FirstSpan);
            switch (step)
            {
                case Step.Read when read.IsCompleted:
                    return await EndAsync(read);
                case Step.Read or Step.Flush or Step.Close:
                    Advance(read, step == Step.Read);
                    break;
                case Step.Send:
                    Advance(read, false);
                    await SendAsync(_closes, _head.MinorVersion);
                    break;
                case Step.Make:
                    await MakeAsync(read);
                    break;
                case Step.Refuse:
                    return await RefuseAsync(read);
                case Step.Pass:
                    Advance(read, false);
                    return await _sender.FlushAsync() ? Passage.Application : Passage.Ended;
            }

            if (!await _sender.FlushAsync())
            {
                return Passage.Ended;
            }

            if (step == Step.Close || (_closes && step is Step.Send or Step.Make))
            {
                return await CloseAsync();
            }
        }
    }

    /// <summary>
    /// Says that nothing more comes, and reads what the peer still sends for a while: unread bytes would make the
    /// kernel reset the connection, and the peer could lose the answer.
    /// </summary>
    public async ValueTask DiscardAsync()
    {
        const int MostBytes = 1 << 20;
        _connection.Output.ShutdownSend();
        var limit = _connection.IsDraining ? FrontServer.DrainTime : FrontServer.DiscardTime;
        _connection.Enter(Phase.Discarding, limit);
        for (long discarded = 0; discarded < MostBytes;)
        {
            var read = await _input.ReadAsync();
            discarded += read.Buffer.Length;
            _input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>What a wake-up without bytes means; null to go on.</summary>
    private Passage? LetGo(in ReadResult read)
    {
        Passage? passage = _connection switch
        {
            { IsExpired: true, Phase: not Phase.Head } => Passage.Ended,
            { IsExpired: true } => null,

            // The HTTP server wakes its reader also when it has not seen a request for a while: the front may have.
            { Application: not null, IsDraining: true } => Passage.Canceled,
            { IsDraining: true } when read.Buffer.IsEmpty => Passage.Ended,
            _ => null,
        };
        if (passage is not null)
        {
            _input.AdvanceTo(read.Buffer.Start);
        }

        if (passage == Passage.Ended)
        {
            // A receive is under way, and with one .NET closes by a reset.
            _connection.Output.ShutdownSend();
        }

        return passage;
    }

    /// <summary>Answers what it can at once, and says what to do about the first request that it cannot.</summary>
    private Step Examine(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            if (_isSkipping && !Skip(bytes))
            {
                return _closes ? Step.Close : Step.Read;
            }

            var rest = bytes[_consumed..];
            if (rest.IsEmpty)
            {
                return Step.Read;
            }

            switch (RequestHeadReader.Read(rest, _server.Limits.Head, ref _head, out var refusal))
            {
                case RequestHeadStatus.Incomplete:
                    _connection.EnterHead();
                    return Step.Read;
                case RequestHeadStatus.Refused:
                    return Refuse(refusal);
                case RequestHeadStatus.Http2Preface when _connection.Application is not null:
                    return Refuse(LatePreface);
                case RequestHeadStatus.Http2Preface:
                    HeadLength = 0;
                    return Step.Pass;
            }

            if (Decide(rest) is not { } step)
            {
                continue;
            }

            return step;
        }
    }

    /// <summary>Null when the request is answered and the next may be looked at.</summary>
    private Step? Decide(ReadOnlySpan<byte> bytes)
    {
        var answers = _server.Answers;
        var request = Request(bytes);
        var isCached = _head.Method is RequestMethod.Get or RequestMethod.Head && !_head.HasRepeatedSelection
            && answers.TryAnswer(request, out _answer);
        if (!isCached)
        {
            return answers.IsForApplication(_head, bytes) ? Pass() : Step.Make;
        }

        Finish();
        if (!_sender.TryWrite(_answer, _closes, _head.MinorVersion))
        {
            _note = _server.Access?.Hold(Entry(bytes));
            return Step.Send;
        }

        _server.Access?.Write(Entry(bytes, _answer.Status, _answer.BodyBytes));
        return _closes ? Step.Close : _sender.IsFull ? Step.Flush : null;
    }

    private Step Pass()
    {
        _body = new BodyScanner(_head, _server.Limits.Head);
        HeadLength = _head.Length;
        IsUpgrade = _head.HasUpgrade;
        return Step.Pass;
    }

    private Step Refuse(HttpRefusal refusal)
    {
        _refusal = refusal;
        return Step.Refuse;
    }

    /// <summary>Decides how the connection goes on after the answer, and steps behind the request's head.</summary>
    private void Finish()
    {
        _closes = !_head.KeepAlive || _answer.MustClose || _connection.IsDraining;
        _discards = false;
        if (_head.Body != BodyKind.None)
        {
            // Who waits for 100 has not sent the body, and may never do: there is no telling where the next head is.
            _closes |= _head.Expects100 || _head.ContentLength > SkippedBytes;
            _discards = _closes;
            _isSkipping = !_closes;
            _skipped = 0;
            _body = new BodyScanner(_head, _server.Limits.Head);
        }

        _consumed += _head.Length;
        _connection.EnterIdle();
    }

    /// <summary>Steps over a body that was not wanted. False when its end is not here.</summary>
    private bool Skip(ReadOnlySpan<byte> bytes)
    {
        var count = _body.Scan(bytes[_consumed..], out var state);
        _consumed += count;
        _skipped += count;
        _isSkipping = state == BodyState.More && _skipped <= SkippedBytes;
        if (state != BodyState.Ended && !_isSkipping)
        {
            // Its answer is out already, so there is nobody to tell.
            _closes = _discards = true;
            return false;
        }

        return !_isSkipping;
    }

    /// <summary>An absolute form may lack its path, which is then the root (RFC 9110 §4.2.3).</summary>
    private ReadOnlySpan<byte> TargetOf(ReadOnlySpan<byte> bytes) =>
        _head.Target.Of(bytes) is [(byte)'/', ..] target ? target : "/"u8;

    private FileRequest Request(ReadOnlySpan<byte> bytes) => new()
    {
        IsHead = _head.Method == RequestMethod.Head,
        Target = TargetOf(bytes),
        IfMatch = _head.IfMatch.Of(bytes),
        IfNoneMatch = _head.IfNoneMatch.Of(bytes),
        IfModifiedSince = _head.IfModifiedSince.Of(bytes),
        IfUnmodifiedSince = _head.IfUnmodifiedSince.Of(bytes),
        Range = _head.Range.Of(bytes),
        IfRange = _head.IfRange.Of(bytes),
        AcceptEncoding = _head.AcceptEncoding.Of(bytes),
        Accept = _head.Accept.Of(bytes),
    };

    private void Advance(in ReadResult read, bool hasExaminedAll)
    {
        var consumed = read.Buffer.GetPosition(_consumed);
        _input.AdvanceTo(consumed, hasExaminedAll ? read.Buffer.End : consumed);
    }

    private async ValueTask MakeAsync(ReadResult read)
    {
        await _sender.FlushAsync();
        await Task.Yield();
        Make(read.Buffer.FirstSpan[_consumed..]);
        Advance(read, false);
        await SendAsync(_closes, _head.MinorVersion);
    }

    private void Make(ReadOnlySpan<byte> bytes)
    {
        _note = _server.Access?.Hold(Entry(bytes));
        _answer = _server.Answers.Answer(_head.Method, _head.MethodText.Of(bytes), Request(bytes));
        Finish();
    }

    private async ValueTask<Passage> RefuseAsync(ReadResult read)
    {
        Explain(read.Buffer.FirstSpan[_consumed..]);
        _input.AdvanceTo(read.Buffer.End);
        _closes = _discards = true;
        await SendAsync(true, 1);
        return await CloseAsync();
    }

    private void Explain(ReadOnlySpan<byte> bytes)
    {
        _note = _server.Access?.Hold(Entry(bytes));
        _answer = _server.Answers.Refuse(_refusal, _head, bytes);
    }

    private async ValueTask SendAsync(bool closes, int minorVersion)
    {
        var note = _note;
        var sent = await _sender.SendAsync(_answer, closes, minorVersion);
        note?.End(_answer.Status, sent);
    }

    /// <summary>For the access log.</summary>
    private AccessEntry Entry(ReadOnlySpan<byte> bytes, int status = 0, long bodyBytes = 0) => new()
    {
        Address = _connection.Address,
        Method = _head.MethodText.Of(bytes),
        Target = _head.Target.Of(bytes),
        Status = status,
        BodyBytes = bodyBytes,
        Referer = _head.Referer.Of(bytes),
        UserAgent = _head.UserAgent.Of(bytes),
    };

    /// <summary>The peer sends nothing more. What it asked is answered; what it only began to ask is refused.</summary>
    private async ValueTask<Passage> EndAsync(ReadResult read)
    {
        var isCut = !_isSkipping && read.Buffer.Length > _consumed;
        if (isCut && _input.Error == SocketError.Success)
        {
            _refusal = CutShort;
            return await RefuseAsync(read);
        }

        _input.AdvanceTo(read.Buffer.End);
        await _sender.FlushAsync();
        return Passage.Ended;
    }

    private async ValueTask<Passage> CloseAsync()
    {
        if (_discards && !_connection.Output.HasEnded)
        {
            await DiscardAsync();
        }

        return Passage.Ended;
    }
}
