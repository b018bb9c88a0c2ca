using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>
/// Gives the space of long runs of dead texts back, in bounded steps. Used by the writer's thread only.
/// </summary>
/// <remarks>
/// Deleting rows makes SQLite merge pages, and rows that move leave copies behind (see <see cref="SqliteTexts"/>). A
/// merge touches the next page on each side, so a run keeps a margin of dead rows around what is deleted, and whatever
/// moves holds zeros. A pass reads the whole table; it begins when what it may win is worth it.
/// </remarks>
internal sealed class TextReclaimer(SqliteTexts texts)
{
    /// <summary>Six pages: a merge reaches two, and may happen again while its page shrinks.</summary>
    private const long MarginBytes = 6 * 8192;

    private const long MinDeadBytes = 4 << 20;

    /// <summary>What a row takes beside its body, at least.</summary>
    private const int RowBytes = 8;

    /// <summary>
    /// A long body has most of it on pages of its own, which do not move; of the tree it may take no more than this.
    /// </summary>
    private const long MaxRowBytes = 1000;

    // Where the pass is: rows up to the cursor were looked at. The run of dead rows that ends there, if any, has its
    // margin before _firstId, and its last rows, of which the other margin will be, in _tail.
    private long? _cursor;
    private long _runBytes;
    private long _firstId;
    private readonly Queue<(long Id, long Bytes)> _tail = new();
    private long _tailBytes;

    /// <summary>Looks at up to this many rows; true while a pass is under way.</summary>
    public bool Step(SqlSession session, int limit)
    {
        const string Sql = "select id, dead, length(body) from texts where id > ?1 order by id limit ?2";

        if (!IsWorthIt(session))
        {
            return false;
        }

        var rows = 0;
        var ranges = new List<(long First, long Last)>();
        var statement = session.Prepare(Sql).Bind(1, _cursor!.Value).Bind(2, limit);
        while (statement.Step())
        {
            rows++;
            _cursor = statement.Int64(0);
            if (statement.Int64(1) != 0)
            {
                Extend(statement.Int64(0), Math.Min(MaxRowBytes, statement.Int64(2) + RowBytes), ranges);
            }
            else
            {
                EndRun();
            }
        }

        foreach (var (first, last) in ranges)
        {
            Delete(session, first, last);
        }

        if (rows < limit)
        {
            Forget();
        }

        return _cursor is not null;
    }

    /// <summary>Ends the pass; also after a transaction that was not committed.</summary>
    public void Forget()
    {
        _cursor = null;
        EndRun();
    }

    private bool IsWorthIt(SqlSession session)
    {
        if (_cursor is null)
        {
            var size = session.QueryInt64("pragma page_count") * 8192;
            if (texts.DeadBytes < Math.Max(MinDeadBytes, size / 8))
            {
                return false;
            }

            texts.DeadBytes = 0;
            _cursor = 0;
        }

        return true;
    }

    /// <summary>Adds a dead row to the run. What is now a margin away from both of its ends may be deleted.</summary>
    private void Extend(long id, long bytes, List<(long First, long Last)> ranges)
    {
        var isFirst = _runBytes == 0;
        _runBytes += bytes;
        if (isFirst || _runBytes <= MarginBytes)
        {
            _firstId = id + 1;
            return;
        }

        _tail.Enqueue((id, bytes));
        _tailBytes += bytes;
        while (_tailBytes - _tail.Peek().Bytes > MarginBytes)
        {
            var (last, size) = _tail.Dequeue();
            _tailBytes -= size;
            if (ranges.Count > 0 && ranges[^1].First == _firstId)
            {
                ranges[^1] = (_firstId, last);
            }
            else
            {
                ranges.Add((_firstId, last));
            }
        }
    }

    private void EndRun()
    {
        _runBytes = 0;
        _tail.Clear();
        _tailBytes = 0;
    }

    private static void Delete(SqlSession session, long first, long last)
    {
        const string Sql = "delete from texts where id between ?1 and ?2";

        session.Prepare(Sql).Bind(1, first).Bind(2, last).Run();
    }
}
