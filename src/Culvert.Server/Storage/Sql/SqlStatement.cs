namespace Culvert.Server.Storage.Sql;

/// <summary>One prepared statement of one session. Used by that session's thread only.</summary>
/// <remarks>
/// Parameters are numbered from 1 (<c>?1</c> in the text), columns from 0. A parameter keeps the type it was first
/// bound with: an absent value is bound as null of its type, never without one.
/// </remarks>
internal abstract class SqlStatement
{
    public abstract SqlStatement Bind(int index, long value);

    public abstract SqlStatement Bind(int index, long? value);

    public abstract SqlStatement Bind(int index, string? value);

    /// <summary>Binds text that is ASCII by contract, as cheaply as the engine can.</summary>
    public abstract SqlStatement BindAscii(int index, string? value);

    public abstract SqlStatement BindBlob(int index, ReadOnlySpan<byte> value);

    /// <summary>Moves to the next row; false at the end, after which the statement is reset.</summary>
    public abstract bool Step();

    /// <summary>Runs a statement that returns nothing; the number of rows it changed.</summary>
    public abstract int Run();

    /// <summary>Ends the rows, so that the statement holds no snapshot; its spans become invalid.</summary>
    public abstract void Reset();

    public abstract bool IsNull(int column);

    /// <summary>An integer of any width, or a truth as 0 or 1.</summary>
    public abstract long Int64(int column);

    /// <summary>Bytes of a blob or UTF-8 of a text, valid until the next step or reset; empty for null.</summary>
    public abstract ReadOnlySpan<byte> Bytes(int column);

    public abstract string Text(int column);
}
