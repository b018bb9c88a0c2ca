using System.Globalization;
using Culvert.Server.Storage.Sql;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Copies the database of a data directory into one file while a server may be using it.</summary>
internal static class SqliteBackup
{
    private const int PagesAtOnce = 512;

    /// <summary>
    /// Writes a consistent copy to <paramref name="target"/>, a file that must not exist: its name appears only when
    /// the copy is complete, synced and verified. To restore, put it into an empty data directory as
    /// <c>culvert.db</c>. The progress is of pages copied, then of rows verified, told on the thread that copies.
    /// </summary>
    /// <exception cref="StoreOpenException">No source, or the target exists or cannot be written.</exception>
    /// <exception cref="Rooms.StoreException">Copying failed; nothing is left behind.</exception>
    public static Task RunAsync(
        string dataDirectory, string target, Action<StoreProgress>? progress, CancellationToken cancellationToken) =>
        // SQLite blocks, and copying takes long.
        Task.Factory.StartNew(
            () => Run(dataDirectory, Path.GetFullPath(target), progress, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private static void Run(
        string dataDirectory, string target, Action<StoreProgress>? progress, CancellationToken cancellationToken)
    {
        var source = Path.Combine(Path.GetFullPath(dataDirectory), SqliteFiles.DatabaseName);
        if (!File.Exists(source))
        {
            throw new StoreOpenException($"There is no database {source} to back up: check --data.");
        }

        if (Path.Exists(target))
        {
            throw new StoreOpenException($"{target} exists already: a backup never overwrites; choose another name.");
        }

        var partial = string.Create(CultureInfo.InvariantCulture, $"{target}.partial-{Environment.ProcessId}");
        try
        {
            using (new FileStream(partial, DirectoryLock.Options(FileMode.CreateNew, FileShare.ReadWrite)))
            {
            }

            Copy(source, partial, progress, cancellationToken);
            MarkRestored(partial);
            cancellationToken.ThrowIfCancellationRequested();
            Verify(partial, progress, cancellationToken);
            Sync(partial);
            File.Move(partial, target, overwrite: false);
            // A new name is durable only once its directory is; the full path of a file always has one.
            DirectoryLock.Sync(Path.GetDirectoryName(target)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException(
                $"The backup {target} cannot be written ({exception.Message.TrimEnd('.')}): choose another place.",
                exception);
        }
        finally
        {
            foreach (var left in (string[])[partial, partial + "-journal", partial + "-wal", partial + "-shm"])
            {
                // To delete what is not there is fine, but not in a directory that is not there.
                if (File.Exists(left))
                {
                    File.Delete(left);
                }
            }
        }
    }

    /// <remarks>
    /// One snapshot is held throughout, so commits meanwhile neither disturb the copy nor start it over; the
    /// write-ahead log cannot start over until it ends.
    /// </remarks>
    private static void Copy(
        string source, string target, Action<StoreProgress>? progress, CancellationToken cancellationToken)
    {
        using var from = SqliteFiles.OpenReader(source);
        using var to = SqliteFiles.OpenPlain(target);
        from.Read(session =>
        {
            session.QueryInt64("select count(*) from sqlite_schema");
            using var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main");
            if (backup is null || backup.IsInvalid)
            {
                throw to.Error(raw.sqlite3_extended_errcode(to.Handle));
            }

            int result;
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                result = raw.sqlite3_backup_step(backup, PagesAtOnce);
                long total = raw.sqlite3_backup_pagecount(backup);
                progress?.Invoke(new StoreProgress("copying", total - raw.sqlite3_backup_remaining(backup), total));
            }
            while (result == raw.SQLITE_OK);

            return result == raw.SQLITE_DONE ? true : throw to.Error(result);
        });
    }

    /// <summary>
    /// Makes the copy one file, and has the first start from it give every room a new epoch: clients may have seen
    /// offsets that the copy lacks.
    /// </summary>
    private static void MarkRestored(string path)
    {
        const string Mark = "insert or replace into meta (key, value) values (?1, '1')";

        using var session = SqliteFiles.OpenPlain(path);
        session.QueryText("pragma journal_mode = delete");
        session.Write(inner => inner.Prepare(Mark).Bind(1, RestoredRooms.RestoredKey).Run());
    }

    private static void Verify(string path, Action<StoreProgress>? progress, CancellationToken cancellationToken)
    {
        var report = SqliteVerify.Run(path, progress, cancellationToken);
        if (report.Problems.Count > 0)
        {
            throw new StoreOpenException(
                $"The copy was not kept, because the database has {report.Problems.Count} problems, the first: "
                + $"{report.Problems[0]} Run culvert verify to see all.");
        }
    }

    private static void Sync(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Flush(flushToDisk: true);
    }
}
