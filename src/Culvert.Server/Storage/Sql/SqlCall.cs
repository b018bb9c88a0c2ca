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

    public Task<T> Completion => _completion.Task;

    public override bool Run(SqlSession session, bool write)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _completion.SetCanceled(cancellationToken);
            return false;
        }

        T result;
        try
        {
            result = write ? session.Write(work) : session.Read(work);
        }
        catch (Exception exception)
        {
            // The boundary of the thread: whatever a work throws belongs to its caller.
            settle?.Invoke(false);
            _completion.SetException(session.Translate(exception));
            return false;
        }

        settle?.Invoke(true);
        _completion.SetResult(result);
        return true;
    }
}
