using Culvert.Server.Rooms;
using Culvert.Server.Storage.Moving;
using Culvert.Server.Storage.Postgres;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Server.Hosting;

/// <summary>What can be done with a data directory from outside, while a server uses it or not.</summary>
public static class DataDirectory
{
    /// <summary>The folder of the data directory that holds the files of messages.</summary>
    internal const string Uploads = "uploads";

    /// <summary>
    /// The PostgreSQL database that holds the rooms instead, when <c>CULVERT_STORE</c> or culvert.json in the working
    /// directory names one; null for none. May hold a password.
    /// </summary>
    /// <exception cref="IOException">The configuration cannot be read; the message says why.</exception>
    public static string? FindStore()
    {
        try
        {
            return SettingSource.Load(null, [])["store"] is { Length: > 0 } store ? store : null;
        }
        catch (SettingException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <summary>
    /// Copies the database, consistent and verified, into a new directory that <c>culvert serve --data</c> can use.
    /// Rooms get new epochs there, so that readers who know more than the copy are told.
    /// </summary>
    /// <param name="directory">The data directory of the server.</param>
    /// <param name="target">The new directory; must not exist or be empty.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Gives up; no half copy stays.</param>
    /// <returns>The size of the copy in bytes.</returns>
    /// <exception cref="IOException">It was not copied; the message says why and what to do.</exception>
    public static async Task<long> BackupAsync(
        string directory, string target, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new IOException($"{target} exists already: a backup never overwrites; choose another name.");
        }

        try
        {
            var file = SqliteFiles.Prepare(target);
            await SqliteBackup.RunAsync(directory, file, Report(progress), cancellationToken);
            return new FileInfo(file).Length + CopyUploads(directory, target, cancellationToken);
        }
        catch (Exception exception)
            when (exception is StoreOpenException or StoreException or UnauthorizedAccessException)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <summary>
    /// Copies everything of a stopped server from SQLite into PostgreSQL and compares both. The files of messages and
    /// the keys stay in the directory. Run again, it goes on where it was stopped.
    /// </summary>
    /// <param name="directory">The data directory of the server.</param>
    /// <param name="store">An empty database, as <see cref="ServerOptions.Store"/>.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Stops between two transactions; what is copied stays.</param>
    /// <returns>Rows by table.</returns>
    /// <exception cref="IOException">It was not copied, or not all; the message says why.</exception>
    public static async Task<IReadOnlyDictionary<string, long>> MigrateAsync(
        string directory, string store, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        try
        {
            // Opening makes what is missing, and there must be something to copy.
            if (!File.Exists(Path.Combine(directory, SqliteFiles.DatabaseName)))
            {
                throw new IOException($"there is no database in {directory}; name the data with --data");
            }

            await using var from = SqliteDatabase.Open(
                directory, new SqliteTuning { Readers = 1 }, TimeProvider.System, NullLogger.Instance);
            await using var to = PostgresDatabase.Open(
                store, new PostgresTuning { IsTarget = true, Readers = 1 }, TimeProvider.System, NullLogger.Instance);
            return await new SqliteToPostgres(from, to, progress).RunAsync(cancellationToken);
        }
        catch (Exception exception)
            when (exception is StoreOpenException or StoreException or UnauthorizedAccessException)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <summary>Reads everything and finds what does not fit together.</summary>
    /// <param name="directory">A data directory, or a database file.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">It cannot be read; the message says why.</exception>
    public static Task<DataCheck> VerifyAsync(
        string directory, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        // SQLite blocks, and reading everything takes long.
        return Task.Factory.StartNew(
            () => Verify(() => SqliteVerify.Run(directory, Report(progress), cancellationToken)),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>The same for the rooms in a PostgreSQL database, which servers may be using.</summary>
    /// <param name="store">As <see cref="FindStore"/>.</param>
    /// <param name="progress">Told the share that is done, 0 to 1; null when nobody watches.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">It cannot be read; the message says why.</exception>
    public static Task<DataCheck> VerifyStoreAsync(
        string store, IProgress<double>? progress, CancellationToken cancellationToken) => Task.Factory.StartNew(
            () => Verify(() => PostgresVerify.Run(store, TimeProvider.System, Report(progress), cancellationToken)),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    /// <summary>
    /// Copies what users have sent as files, after the database: every file that the copy of it names was there by
    /// then, and one that was erased meanwhile is left out. Returns the bytes copied.
    /// </summary>
    private static long CopyUploads(string directory, string target, CancellationToken cancellationToken)
    {
        var from = Path.Combine(directory, Uploads);
        var copied = 0L;
        if (!Directory.Exists(from))
        {
            return copied;
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var to = new FileInfo(Path.Combine(target, Uploads, Path.GetRelativePath(from, file)));
            to.Directory?.Create();
            try
            {
                File.Copy(file, to.FullName);
                copied += new FileInfo(to.FullName).Length;
            }
            catch (FileNotFoundException)
            {
                // Erased between the listing and the copy.
            }
        }

        return copied;
    }

    private static DataCheck Verify(Func<VerifyReport> run)
    {
        try
        {
            var report = run();
            return new DataCheck(report.Rooms, report.Events, report.Messages, report.Problems);
        }
        catch (Exception exception) when (exception is StoreOpenException or StoreException)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private static Action<StoreProgress>? Report(IProgress<double>? progress) => progress is null
        ? null
        : step => progress.Report(step.Total == 0 ? 0 : (double)step.Done / step.Total);
}
