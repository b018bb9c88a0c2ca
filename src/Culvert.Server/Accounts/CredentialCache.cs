using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Culvert.Server.Accounts;

/// <summary>Credentials by the hash of their secret; at most a fixed number. Safe for concurrent use.</summary>
/// <remarks>
/// Two generations: what is used moves to the young one; when that is full it becomes the old one, and what was old is
/// forgotten. So reads take no lock, and what is in use stays.
/// What a reader of the store found is only kept if nothing was invalidated since it began: else a session that ended
/// in between would be remembered as valid.
/// </remarks>
internal sealed class CredentialCache
{
    private readonly int _maxPerGeneration;
    private readonly Lock _lock = new();
    private volatile ConcurrentDictionary<CredentialHash, Credential> _young = new();
    private volatile ConcurrentDictionary<CredentialHash, Credential> _old = new();
    private long _version;

    // ConcurrentDictionary counts under all its locks; this is the number of additions instead.
    private int _youngCount;

    public CredentialCache(int capacity)
    {
        _maxPerGeneration = Math.Max(1, capacity / 2);
    }

    /// <summary>Take it before reading the store, give it to <see cref="Add"/>.</summary>
    public long Version => Interlocked.Read(ref _version);

    public bool TryGet(in CredentialHash hash, [NotNullWhen(true)] out Credential? credential)
    {
        if (_young.TryGetValue(hash, out credential))
        {
            return true;
        }

        if (!_old.TryGetValue(hash, out credential))
        {
            return false;
        }

        Promote(hash, credential);
        return true;
    }

    /// <summary>Keeps it, unless something was invalidated since <paramref name="version"/>.</summary>
    public void Add(in CredentialHash hash, Credential credential, long version)
    {
        lock (_lock)
        {
            if (_version == version)
            {
                AddToYoung(hash, credential);
            }
        }
    }

    /// <summary>Forgets one.</summary>
    public void Remove(in CredentialHash hash)
    {
        lock (_lock)
        {
            _version++;
            _young.TryRemove(hash, out _);
            _old.TryRemove(hash, out _);
        }
    }

    /// <summary>Forgets what the revocation ends. Linear in the size of the cache; revocations are rare.</summary>
    public void Remove(Revocation revocation)
    {
        lock (_lock)
        {
            _version++;
            RemoveFrom(_young, revocation);
            RemoveFrom(_old, revocation);
        }
    }

    private static void RemoveFrom(ConcurrentDictionary<CredentialHash, Credential> generation, Revocation revocation)
    {
        foreach (var (hash, credential) in generation)
        {
            if (revocation.Ends(credential.Caller))
            {
                generation.TryRemove(hash, out _);
            }
        }
    }

    private void Promote(in CredentialHash hash, Credential credential)
    {
        lock (_lock)
        {
            // It may have been invalidated since it was read.
            if (_old.TryRemove(hash, out _))
            {
                AddToYoung(hash, credential);
            }
        }
    }

    private void AddToYoung(in CredentialHash hash, Credential credential)
    {
        if (_youngCount >= _maxPerGeneration)
        {
            _old = _young;
            _young = new ConcurrentDictionary<CredentialHash, Credential>();
            _youngCount = 0;
        }

        if (_young.TryAdd(hash, credential))
        {
            _youngCount++;
        }
        else
        {
            _young[hash] = credential;
        }
    }
}
