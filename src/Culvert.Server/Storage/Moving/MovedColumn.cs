namespace Culvert.Server.Storage.Moving;

/// <summary>A column as SQLite declares it.</summary>
/// <param name="Name">Its name, the same in both engines.</param>
/// <param name="Type">integer, text or blob.</param>
/// <param name="KeyPart">Its place in the primary key, from 1; 0 when it is no part of it.</param>
internal sealed record MovedColumn(string Name, string Type, int KeyPart);
