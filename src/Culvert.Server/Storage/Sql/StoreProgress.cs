namespace Culvert.Server.Storage.Sql;

/// <summary>How far a long work is.</summary>
/// <param name="Step">What it is doing, e.g. <c>copying</c>.</param>
/// <param name="Done">Units done, in <see cref="Total"/>'s unit (pages or rows).</param>
/// <param name="Total">Units in all; grows when the database does.</param>
internal readonly record struct StoreProgress(string Step, long Done, long Total);
