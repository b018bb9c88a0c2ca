namespace Culvert.Server.Storage.Sql;

/// <summary>Counts rows of a check, tells of the progress now and then, and notices a cancellation.</summary>
internal sealed class VerifyCounts(long total, Action<StoreProgress>? progress, CancellationToken cancellationToken)
{
    private const long RowsBetweenReports = 65_536;

    public long Events { get; private set; }

    public long Messages { get; private set; }

    public void AddEvent()
    {
        Events++;
        Report();
    }

    public void AddMessage()
    {
        Messages++;
        Report();
    }

    private void Report()
    {
        var done = Events + Messages;
        if (done % RowsBetweenReports == 0 || done == total)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Invoke(new StoreProgress("verifying", done, Math.Max(done, total)));
        }
    }
}
