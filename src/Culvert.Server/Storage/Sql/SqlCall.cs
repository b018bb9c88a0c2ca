namespace Culvert.Server.Storage.Sql;

/// <summary>A transaction with a result, and the caller who awaits it.</summary>
/// <param name="work">Runs inside the transaction, on the thread of the connection.</param>
/// <param name="settle">
/// Runs after the transaction on the same thread, before the caller continues; true when it was committed. Must not
/// throw.
/// </param>
/// <param name="cancellationToken">Takes effect while the work is queued; once begun it runs to its end.</param>
internal sealed class SqlCall<T>(
    Func<SqlSession, T> work, Action<bool>? settle, CancellationToken cancellationToken) : SqlWork
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private T? _result;
    private Exception? _error;
    private bool _isCanceled;

    public Task<T> Completion => _completion.Task;

    public override void Run(SqlSession session, bool write)
    {
        _isCanceled = cancellationToken.IsCancellationRequested;
        if (_isCanceled)
        {
            return;
        }

        try
        {
            _result = write ? session.Write(work) : session.Read(work);
        }
        catch (Exception exception)
        {
            // The boundary of the thread: whatever a work throws belongs to its caller.
            _error = session.Translate(exception);
        }

        settle?.Invoke(_error is null);
    }

    public override void Complete()
    {
        if (_isCanceled)
        {
            _completion.SetCanceled(cancellationToken);
        }
        else if (_error is not null)
        {
            _completion.SetException(_error);
        }
        else
        {
            _completion.SetResult(_result!);
        }
    }
}
