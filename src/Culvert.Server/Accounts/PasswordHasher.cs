using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Culvert.Server.Accounts;

/// <summary>Hashes and verifies passwords on threads of its own. Safe for concurrent use.</summary>
/// <remarks>
/// A hash is a tenth of a second of pure computation. On the thread pool a handful of them would stop every connection
/// of the server; here they queue for a few threads, and the queue has an end.
/// </remarks>
internal sealed class PasswordHasher : IDisposable
{
    private readonly BlockingCollection<Action> _queue;
    private readonly int _threadCount;
    private readonly int _iterations;
    private readonly Lock _startLock = new();

    // What unknown users are verified against, so that they take the time of known ones.
    private readonly string _nobody;
    private Thread[] _threads = [];

    // At the first password too: until then the server does without the framework's library for accounts.
    private PasswordHasher<PasswordHasher>? _framework;

    public PasswordHasher(AccountOptions options)
    {
        _queue = new BlockingCollection<Action>(options.PasswordQueue);
        _threadCount = options.PasswordThreads;
        _iterations = options.PasswordIterations;
        _nobody = HashOfNobody(_iterations);
    }

    // Two threads may both make one: they are the same.
    private PasswordHasher<PasswordHasher> Framework =>
        _framework ??= new PasswordHasher<PasswordHasher>(Options.Create(new PasswordHasherOptions
        {
            CompatibilityMode = PasswordHasherCompatibilityMode.IdentityV3,
            IterationCount = _iterations,
        }));

    /// <summary>The hash to store, or null when too many passwords are waiting.</summary>
    public Task<string?> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => (string?)Framework.HashPassword(this, password), null, cancellationToken);

    /// <summary>Compares; a null hash costs as much as a wrong one.</summary>
    public Task<PasswordVerdict> VerifyAsync(string? hash, string password, CancellationToken cancellationToken) =>
        RunAsync(() => Verify(hash, password), PasswordVerdict.Busy, cancellationToken);

    public void Dispose()
    {
        Thread[] threads;
        lock (_startLock)
        {
            _queue.CompleteAdding();
            threads = _threads;
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        _queue.Dispose();
    }

    private PasswordVerdict Verify(string? hash, string password)
    {
        var result = Framework.VerifyHashedPassword(this, hash ?? _nobody, password);
        return (hash, result) switch
        {
            (null, _) or (_, PasswordVerificationResult.Failed) => PasswordVerdict.Wrong,
            (_, PasswordVerificationResult.SuccessRehashNeeded) => PasswordVerdict.RightButOld,
            _ => PasswordVerdict.Right,
        };
    }

    private Task<T> RunAsync<T>(Func<T> work, T busy, CancellationToken cancellationToken)
    {
        // Continuations must not run on the few hashing threads.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        EnsureStarted();
        return TryQueue(() => Complete(done, work, cancellationToken)) ? done.Task : Task.FromResult(busy);
    }

    private bool TryQueue(Action job)
    {
        try
        {
            return _queue.TryAdd(job);
        }
        catch (InvalidOperationException)
        {
            // The server is stopping: as good as busy.
            return false;
        }
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> work, CancellationToken cancellationToken)
    {
        // Whoever asked may have gone while the job was waiting.
        if (cancellationToken.IsCancellationRequested)
        {
            done.TrySetCanceled(cancellationToken);
            return;
        }

        try
        {
            done.TrySetResult(work());
        }
        catch (Exception exception)
        {
            // The boundary of the thread: it has to outlive a stored hash that makes no sense.
            done.TrySetException(exception);
        }
    }

    // At the first password, not at the start of the server: most starts are watched, few of them sign anybody in.
    private void EnsureStarted()
    {
        if (Volatile.Read(ref _threads).Length > 0)
        {
            return;
        }

        lock (_startLock)
        {
            if (_threads.Length > 0 || _queue.IsAddingCompleted)
            {
                return;
            }

            var threads = new Thread[_threadCount];
            for (var i = 0; i < threads.Length; i++)
            {
                threads[i] = new Thread(WorkUntilDisposed) { IsBackground = true, Name = $"culvert password {i}" };
                threads[i].Start();
            }

            Volatile.Write(ref _threads, threads);
        }
    }

    private void WorkUntilDisposed()
    {
        foreach (var job in _queue.GetConsumingEnumerable())
        {
            job();
        }
    }

    /// <summary>
    /// A stored hash in the framework's format that no password fits: marker 1, PBKDF2 with HMAC-SHA512 (2), the
    /// rounds, 16 bytes of salt, 32 of key; made by hand because computing one would cost the start a hash.
    /// </summary>
    private static string HashOfNobody(int iterations)
    {
        var bytes = new byte[13 + 16 + 32];
        bytes[0] = 1;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), 2);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), (uint)iterations);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(9), 16);
        System.Security.Cryptography.RandomNumberGenerator.Fill(bytes.AsSpan(13));
        return Convert.ToBase64String(bytes);
    }
}
