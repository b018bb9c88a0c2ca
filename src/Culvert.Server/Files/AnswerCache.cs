using System.Collections.Concurrent;

namespace Culvert.Server.Files;

/// <summary>
/// What is known about targets, within a number of bytes. Finding takes no lock and allocates nothing; the rest takes
/// one lock. Eviction gives everything that was used a second chance. Safe for concurrent use.
/// </summary>
internal sealed class AnswerCache
{
    /// <summary>Targets with nothing there, at most: anybody can make up more.</summary>
    public const int MaxMissing = 1024;

    /// <summary>Files kept open, at most: descriptors are for connections.</summary>
    public const int MaxOpenFiles = 256;

    private readonly Lock _lock = new();
    private readonly long _maxBytes;
    private readonly ConcurrentDictionary<byte[], SiteFile> _files = new(new KeyComparer());
    private readonly ConcurrentDictionary<byte[], SiteFile>.AlternateLookup<ReadOnlySpan<byte>> _byTarget;
    private readonly LinkedList<SiteFile> _ring = [];
    private long _bytes;
    private int _missing;
    private int _openFiles;

    public AnswerCache(long maxBytes)
    {
        _maxBytes = maxBytes;
        _byTarget = _files.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public int Count => _files.Count;

    public SiteFile? Find(ReadOnlySpan<byte> target) => _byTarget.TryGetValue(target, out var file) ? file : null;

    /// <summary>Everything, as it was at some moment.</summary>
    public SiteFile[] All()
    {
        lock (_lock)
        {
            return [.. _ring];
        }
    }

    /// <summary>
    /// Puts a file in the place of what the target had. False when it does not fit; it stays the caller's.
    /// </summary>
    public bool Put(SiteFile file)
    {
        lock (_lock)
        {
            if (_files.TryGetValue(file.Key, out var old))
            {
                Drop(old);
            }

            return Add(file);
        }
    }

    /// <summary>Puts a file in the place of another one, if that is still there.</summary>
    public void Replace(SiteFile old, SiteFile file)
    {
        lock (_lock)
        {
            if (old.Place is not null)
            {
                Drop(old);
                if (!Add(file))
                {
                    Add(old);
                }
            }
        }
    }

    public void Remove(SiteFile file)
    {
        lock (_lock)
        {
            if (file.Place is not null)
            {
                Drop(file);
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            while (_ring.First is { } first)
            {
                Drop(first.Value);
            }
        }
    }

    private bool Add(SiteFile file)
    {
        if (file.Weight > _maxBytes || (file.IsMissing && _missing >= MaxMissing))
        {
            return false;
        }

        // Room first: the limit holds at every moment.
        MakeRoom(file);
        file.Place = _ring.AddLast(file);
        _files[file.Key] = file;
        Tally(file, 1);
        return true;
    }

    private void MakeRoom(SiteFile coming)
    {
        var node = _ring.First;
        while (node is not null && _bytes + coming.Weight > _maxBytes)
        {
            node = Visit(node);
        }

        node = _ring.First;
        while (node is not null && coming.HasOpenFile && _openFiles >= MaxOpenFiles)
        {
            node = node.Value.HasOpenFile ? Visit(node) : node.Next;
        }
    }

    /// <summary>Drops a file, or moves it behind the others when it has been used. Returns where to go on.</summary>
    private LinkedListNode<SiteFile>? Visit(LinkedListNode<SiteFile> node)
    {
        var file = node.Value;
        var next = node.Next;
        if (file.HasSecondChance)
        {
            file.HasSecondChance = false;
            _ring.Remove(node);
            _ring.AddLast(node);
            return next ?? node;
        }

        Drop(file);
        return next;
    }

    private void Drop(SiteFile file)
    {
        if (file.Place is { } place)
        {
            _ring.Remove(place);
            file.Place = null;
            _files.TryRemove(file.Key, out _);
            Tally(file, -1);
            file.Release();
        }
    }

    private void Tally(SiteFile file, int sign)
    {
        _bytes += sign * file.Weight;
        _missing += file.IsMissing ? sign : 0;
        _openFiles += file.HasOpenFile ? sign : 0;
    }
}
