using System.Buffers;
using System.IO.Pipelines;
using Culvert.Protocol.Http;
using Culvert.Server.Connections;

namespace Culvert.Server.Front;

/// <summary>
/// What the HTTP server reads of a connection: only requests that the gate has judged to be proper ones for the
/// application, each with its body and nothing behind it.
/// </summary>
/// <remarks>
/// When the HTTP server asks for its next request, its last answer is out; then the gate has its turn. So a
/// file, or a refusal, is answered the same way on every connection, and no second request can hide in a body.
/// </remarks>
internal sealed class ApplicationReader(FrontConnection connection, RequestGate gate) : PipeReader
{
    private readonly SocketPipeReader _input = connection.Input;
    private ReadOnlySequence<byte> _shown;
    private BodyScanner _body;
    private BodyState _state;
    private long _allowed;
    private bool _isShown;
    private bool _isRaw;
    private bool _isOver;
    private bool _isBroken;

    /// <summary>True when the peer may still be sending something that nobody will read.</summary>
    public bool MayHaveMore => !HasLeftHttp && (_state == BodyState.More || _input.HasUnread);

    private bool HasLeftHttp => _isRaw || (gate.IsUpgrade && connection.Output.HasSwitched);

    private bool IsBetweenRequests => _allowed == 0 && _state == BodyState.Ended;

    /// <summary>The gate stopped at a request: show it.</summary>
    public void Begin()
    {
        connection.EnterApplication();
        connection.Output.ExpectSwitch(gate.IsUpgrade);
        _isRaw = gate.HeadLength == 0;
        _allowed = gate.HeadLength;
        _body = gate.Body;
        _body.Scan([], out _state);
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        _isRaw = HasLeftHttp;
        return _isRaw ? _input.ReadAsync(cancellationToken)
            : _isBroken ? ValueTask.FromResult(new ReadResult(_shown, isCanceled: false, isCompleted: true))
            : _isOver ? ValueTask.FromResult(new ReadResult(default, isCanceled: false, isCompleted: true))
            : IsBetweenRequests ? PassAsync()
            : ShowAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result)
    {
        _isRaw = HasLeftHttp;
        if (_isRaw)
        {
            return _input.TryRead(out result);
        }

        result = default;
        if (_isOver || _isBroken || IsBetweenRequests || !_input.TryRead(out var read))
        {
            return false;
        }

        result = Show(read);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_isBroken)
        {
            _shown = _shown.Slice(consumed);
            return;
        }

        if (!_isRaw && !_isShown)
        {
            // Of what the reader was told, nothing came from the input.
            return;
        }

        _isShown = false;
        if (!_isRaw)
        {
            var rest = _shown.Slice(consumed).Length;
            _allowed -= _shown.Length - rest;

            // Whoever has seen a whole request and wants more of it reads the framing differently. It gets no more.
            _isOver = _state != BodyState.More && rest > 0 && _shown.Slice(examined).IsEmpty;
            _shown = default;
        }

        _input.AdvanceTo(consumed, examined);
        if (!_isRaw)
        {
            _input.Watch();
        }
    }

    public override void CancelPendingRead() => _input.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        // The connection completes the input when it is closed: what is left may have to be discarded before.
    }

    private async ValueTask<ReadResult> PassAsync()
    {
        connection.EnterIdle();
        switch (await gate.PassAsync())
        {
            case Passage.Application:
                Begin();
                return await ShowAsync(CancellationToken.None);
            case Passage.Canceled:
                return new ReadResult(default, isCanceled: true, isCompleted: false);
            default:
                _isOver = true;
                return new ReadResult(default, isCanceled: false, isCompleted: true);
        }
    }

    private async ValueTask<ReadResult> ShowAsync(CancellationToken cancellationToken) =>
        Show(await _input.ReadAsync(cancellationToken));

    /// <summary>As much as belongs to the request.</summary>
    private ReadResult Show(in ReadResult read)
    {
        var buffer = read.Buffer;
        if (_isRaw)
        {
            return read;
        }

        if (_state == BodyState.More && buffer.Length > _allowed)
        {
            _allowed += _body.Scan(buffer.FirstSpan[(int)_allowed..], out _state);
        }

        _shown = buffer.Slice(0, Math.Min(_allowed, buffer.Length));
        if (_state == BodyState.Bad)
        {
            return ShowBroken(read);
        }

        _isShown = true;
        return new ReadResult(_shown, read.IsCanceled, _state == BodyState.More && read.IsCompleted);
    }

    /// <summary>
    /// Where the framing breaks, shows bytes that are wrong in every place of it, so that the application refuses. Told
    /// that this is the end it would take the peer for gone, and reset the connection without an answer.
    /// </summary>
    private ReadResult ShowBroken(in ReadResult read)
    {
        _shown = new ReadOnlySequence<byte>([.. _shown.ToArray(), (byte)'\r', (byte)'\r']);
        _isBroken = true;
        _input.AdvanceTo(read.Buffer.Start);
        return new ReadResult(_shown, read.IsCanceled, isCompleted: false);
    }
}
