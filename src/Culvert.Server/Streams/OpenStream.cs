using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Culvert.Server.Streams;

/// <summary>One stream to one client, from its headers to its one line in the log.</summary>
/// <remarks>
/// One task runs <see cref="RunAsync"/>. <see cref="End"/> may come from anywhere, <see cref="Tick"/> from the timer.
/// Whoever writes holds the turn: the task for items, the timer for heartbeats.
/// </remarks>
internal sealed partial class OpenStream : IDisposable
{
    /// <summary>A larger item is written in pieces: a client that reads slowly is told from one that stands.</summary>
    private const int MaxPieceBytes = 64 * 1024;

    /// <summary>How long a source gets to end once its token has fired; then it is left to itself.</summary>
    private static readonly TimeSpan SourceGrace = TimeSpan.FromSeconds(1);

    /// <summary>How long a client that reads nothing holds up the stop of the server.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly OpenStreams _all;
    private readonly HttpContext _context;
    private readonly StreamForm _form;
    private readonly StreamOptions _options;
    private readonly PipeWriter _output;
    private readonly string _name;
    private readonly string _address;
    private readonly ReadOnlyMemory<byte> _heartbeat;
    private readonly TimeSpan _lifetime;
    private readonly long _openedAt;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private Task<bool> _moving = Task.FromResult(false);
    private Task _cancelling = Task.CompletedTask;
    private Task _beating = Task.CompletedTask;
    private long _writingSince;
    private long _lastWriteAt;
    private long _endedAt;
    private long _lines;
    private long _bytes;
    private long _skipped;
    private Exception? _failure;
    private int _end;
    private bool _isOver;

    public OpenStream(OpenStreams all, HttpContext context, StreamForm form, StreamOptions options)
    {
        _all = all;
        Ended = _ended.Token;
        _context = context;
        _form = form;
        _options = options;
        _output = context.Response.BodyWriter;
        _name = LogText.Escape(options.Name ?? context.Request.Path.ToString());
        _address = context.Connection is { RemoteIpAddress: { } address, RemotePort: var port }
            ? new IPEndPoint(address, port).ToString()
            : "local";
        _heartbeat = form.Framing == Framing.EventStream ? StreamNotices.HeartbeatComment
            : context.Request.Query["heartbeat"] == "1" ? StreamNotices.HeartbeatLine
            : default;
        _lifetime = options.MaxLifetime * (1 - (Random.Shared.NextDouble() / 4)) ?? TimeSpan.MaxValue;
        _openedAt = _lastWriteAt = all.Time.GetTimestamp();
    }

    public HttpContext Context => _context;

    public Framing Framing => _form.Framing;

    /// <summary>Fires when the stream ends for whatever reason.</summary>
    public CancellationToken Ended { get; }

    /// <summary>What was sent is complete in itself: it gets a proper end.</summary>
    private bool IsWhole => Why is StreamEnd.Finished or StreamEnd.ServerStopping || _failure is StreamErrorException;

    private StreamEnd Why => (StreamEnd)Volatile.Read(ref _end);

    /// <summary>Ends the stream; only the first call counts. Returns at once.</summary>
    public void End(StreamEnd why)
    {
        lock (_lock)
        {
            if (Why == StreamEnd.None)
            {
                Volatile.Write(ref _end, (int)why);
                _endedAt = _all.Time.GetTimestamp();

                // Off this thread: what waits for the token is code of the application.
                _cancelling = _ended.CancelAsync();
            }
        }
    }

    /// <summary>An item could not be written.</summary>
    public void Skipped(Exception exception)
    {
        _all.Skipped.Add(1);
        if (++_skipped == 1)
        {
            Log.Skipped(_all.Logger, _name, exception);
        }
    }

    /// <summary>Sends the stream. Ends when the client, the source or the server does.</summary>
    public async Task RunAsync(IFrameSource source)
    {
        // Before Kestrel hears of it and closes the socket, which then no longer tells a close from a reset.
        var closed = _context.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed ?? default;
        await using var onClosed = closed.UnsafeRegister(static state => ((OpenStream)state!).Left(), this);
        await using var onAborted = _context.RequestAborted.UnsafeRegister(
            static state => ((OpenStream)state!).Left(), this);
        var rate = _context.Features.Get<IHttpMinResponseDataRateFeature>();
        var minRate = rate?.MinDataRate;
        IAsyncEnumerator<ReadOnlyMemory<byte>>? frames = null;
        try
        {
            frames = source.Open(this);
            await BeginAsync(rate);
            while (await NextAsync(frames))
            {
                await WriteAsync(frames.Current);
                _lines++;
            }

            End(StreamEnd.Finished);
        }
        catch (OperationCanceledException) when (Ended.IsCancellationRequested)
        {
            // Whoever ended the stream said why.
        }
        catch (Exception exception)
        {
            // The boundary of the source: whatever it throws is the end of this stream and of nothing else.
            _failure = exception;
            End(StreamEnd.Error);
        }

        if (frames is not null)
        {
            await CloseAsync(frames);
        }

        await FinishAsync(_failure as StreamErrorException);
        if (rate is not null)
        {
            rate.MinDataRate = minRate;
        }
    }

    /// <summary>Writes the one line, once everything about the stream is over.</summary>
    public void LogEnd()
    {
        var milliseconds = (long)_all.Time.GetElapsedTime(_openedAt).TotalMilliseconds;
        var note = _options.Note is { } text ? $"for {LogText.Escape(text)}" : "";
        note = _skipped == 0 ? note : $"{note} ({_skipped} items skipped)";
        if (_failure is not (null or StreamErrorException))
        {
            Log.Failed(
                _all.Logger, _name, _address, WordOf(Why), _lines, _bytes, milliseconds, note, _failure);
        }
        else
        {
            Log.Ended(_all.Logger, _name, _address, WordOf(Why), _lines, _bytes, milliseconds, note);
        }
    }

    /// <summary>Looks after what only time tells: heartbeats, clients that do not read, and age.</summary>
    public void Tick()
    {
        lock (_lock)
        {
            // After its end the request's context may belong to the next request.
            if (_isOver)
            {
                return;
            }

            var time = _all.Time;
            var writingSince = Volatile.Read(ref _writingSince);
            if (writingSince != 0 && time.GetElapsedTime(writingSince) >= _options.WriteTimeout)
            {
                End(StreamEnd.WriteTimeout);
                _context.Abort();
            }
            else if (Why is not StreamEnd.None)
            {
                if (!IsWhole || (writingSince != 0 && time.GetElapsedTime(_endedAt) >= StopLimit))
                {
                    _context.Abort();
                }
            }
            else if (time.GetElapsedTime(_openedAt) >= _lifetime)
            {
                End(StreamEnd.Finished);
            }
            else if (IsHeartbeatDue() && _turn.Wait(0))
            {
                _beating = BeatAsync();
            }
        }
    }

    public void Dispose()
    {
        _ended.Dispose();
        _turn.Dispose();
    }

    private bool IsHeartbeatDue() =>
        !_heartbeat.IsEmpty
        && _options.Heartbeat > TimeSpan.Zero
        && _all.Time.GetElapsedTime(Volatile.Read(ref _lastWriteAt)) >= _options.Heartbeat;

    private void Left() => End(PeerSocket.WasReset(_context) ? StreamEnd.Reset : StreamEnd.ClientClosed);

    private async ValueTask BeginAsync(IHttpMinResponseDataRateFeature? rate)
    {
        _context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (rate is not null)
        {
            // Kestrel would abort a slow reader without a word; the timer does it with one.
            rate.MinDataRate = null;
        }

        PeerSocket.BoundSendBuffer(_context);
        StreamResult.WriteHeaders(_context.Response, _form);
        await WriteAsync(Framing == Framing.EventStream ? StreamNotices.EventStreamHead : default);
    }

    /// <summary>Waits for the source, not beyond the end of the stream: a source may be deaf to its token.</summary>
    private ValueTask<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> frames)
    {
        var next = frames.MoveNextAsync();
        if (next.IsCompleted)
        {
            return next;
        }

        _moving = next.AsTask();
        return new ValueTask<bool>(_moving.WaitAsync(Ended));
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _turn.WaitAsync(Ended);
        try
        {
            await SendAsync(bytes);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes and flushes; with the turn. Cancelled when the client has gone.</summary>
    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        do
        {
            var piece = bytes[..Math.Min(bytes.Length, MaxPieceBytes)];
            bytes = bytes[piece.Length..];
            Volatile.Write(ref _writingSince, _all.Time.GetTimestamp());
            try
            {
                var result = piece.IsEmpty ? await _output.FlushAsync() : await _output.WriteAsync(piece);
                if (result.IsCompleted || result.IsCanceled)
                {
                    Left();
                    throw new OperationCanceledException(Ended);
                }
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException)
            {
                // What Kestrel throws when the request was aborted meanwhile.
                Left();
                throw new OperationCanceledException(exception.Message, exception, Ended);
            }
            finally
            {
                Volatile.Write(ref _writingSince, 0);
                Volatile.Write(ref _lastWriteAt, _all.Time.GetTimestamp());
            }

            Interlocked.Add(ref _bytes, piece.Length);
        }
        while (!bytes.IsEmpty);
    }

    private async Task BeatAsync()
    {
        try
        {
            await SendAsync(_heartbeat);
        }
        catch (OperationCanceledException)
        {
            // The stream has ended; its own task reports it.
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask CloseAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> frames)
    {
        // Its failure, if any, was reported or comes after an end that others caused.
        await ((Task)_moving).WaitAsync(SourceGrace, _all.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_moving.IsCompleted)
        {
            // It cannot be closed while it moves. It is closed when it does move, and nobody waits for that.
            Log.SourceHangs(_all.Logger, _name);
            _ = _moving.ContinueWith(
                static (_, state) => ((IAsyncEnumerator<ReadOnlyMemory<byte>>)state!).DisposeAsync().AsTask(),
                frames,
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
            return;
        }

        try
        {
            await frames.DisposeAsync();
        }
        catch (Exception exception)
        {
            // The boundary of the source.
            Log.CloseFailed(_all.Logger, _name, exception);
        }
    }

    /// <summary>A proper end where the stream is whole, none where it is not; then nobody writes any more.</summary>
    private async ValueTask FinishAsync(StreamErrorException? error)
    {
        var isGone = Why is StreamEnd.ClientClosed or StreamEnd.Reset;
        if (!isGone && !IsWhole)
        {
            // Without a last chunk the client sees a broken end, which it is.
            _context.Abort();
        }

        // Never given back. A heartbeat under way ends with the client or with its time-out.
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            if (!isGone && IsWhole && Tail(error) is { IsEmpty: false } tail)
            {
                await SendAsync(tail);
            }
        }
        catch (OperationCanceledException)
        {
            // The client went, or was cut off, before it could be told.
        }

        lock (_lock)
        {
            _isOver = true;
        }

        await _beating;
        await _cancelling;
    }

    private ReadOnlyMemory<byte> Tail(StreamErrorException? error)
    {
        if (error is not null)
        {
            return StreamNotices.Error(Framing, error.Message);
        }

        if (Framing == Framing.Lines && !_options.EndLine)
        {
            return default;
        }

        return Why == StreamEnd.ServerStopping ? StreamNotices.Shutdown(Framing)
            : Framing == Framing.Lines ? StreamNotices.FinishedLine
            : default;
    }

    private static string WordOf(StreamEnd why) => why switch
    {
        StreamEnd.ClientClosed => "client-closed",
        StreamEnd.Reset => "reset",
        StreamEnd.WriteTimeout => "write-timeout",
        StreamEnd.SlowConsumer => "slow-consumer",
        StreamEnd.ServerStopping => "server-stopping",
        StreamEnd.Finished => "finished",
        _ => "error",
    };
}
