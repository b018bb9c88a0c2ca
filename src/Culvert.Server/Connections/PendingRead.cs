using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Culvert.Server.Connections;

/// <summary>A pipe reader that keeps one waiting read in itself, so that waiting allocates nothing.</summary>
internal abstract class PendingRead : PipeReader, IValueTaskSource<ReadResult>
{
    private ManualResetValueTaskSourceCore<ReadResult> _reading;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;

    /// <summary>
    /// False to resume the reader on the thread that heard of the bytes: it then must not block, and must not run for
    /// long. Default false. Set while nobody waits.
    /// </summary>
    public bool ResumesOnPool
    {
        get => _reading.RunContinuationsAsynchronously;
        set => _reading.RunContinuationsAsynchronously = value;
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _reading.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _reading.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _reading.OnCompleted(continuation, state, token, flags);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <summary>Called when the token of a read is cancelled; that read may be over.</summary>
    protected abstract void GiveUp(CancellationToken token);

    /// <summary>A read that waits until it is resumed or fails, once.</summary>
    protected ValueTask<ReadResult> Wait(CancellationToken cancellationToken)
    {
        _reading.Reset();
        _token = cancellationToken;
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((PendingRead)state!).GiveUp(token), this);
        }

        return new ValueTask<ReadResult>(this, _reading.Version);
    }

    /// <summary>False when the token was an earlier read's.</summary>
    protected bool IsFor(CancellationToken token) => token == _token;

    /// <summary>The token does not matter any more.</summary>
    protected void ForgetToken()
    {
        _registration.Unregister();
        _registration = default;
    }

    protected void Resume(ReadResult result) => _reading.SetResult(result);

    protected void Fail(Exception exception) => _reading.SetException(exception);
}
