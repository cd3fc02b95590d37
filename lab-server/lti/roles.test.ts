import assert from "node:assert/strict";
import { test } from "node:test";
import { isGraded, roleOf } from "./roles.ts";

const IN_COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership";
const AT_SCHOOL = "http://purl.imsglobal.org/vocab/lis/v2/institution/person";
const ON_SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person";

test("the role in the course is what counts", () => {
  assert.equal(roleOf([`${IN_COURSE}#Learner`]), "learner");
  assert.equal(roleOf(["Learner"]), "learner");
  assert.equal(roleOf(["Instructor"]), "instructor");
  assert.equal(roleOf([`${IN_COURSE}#Instructor`, `${IN_COURSE}/Instructor#TeachingAssistant`]), "instructor");
  assert.equal(roleOf([`${IN_COURSE}#Learner`, `${AT_SCHOOL}#Instructor`]), "learner", "a teacher who learns");
  assert.equal(roleOf([`${IN_COURSE}#Learner`, `${AT_SCHOOL}#Administrator`]), "learner");
  assert.equal(roleOf([`${IN_COURSE}#Administrator`]), "admin");
  assert.equal(roleOf([`${ON_SYSTEM}#Administrator`]), "admin", "who has no role in the course");
  assert.equal(roleOf([`${AT_SCHOOL}#Instructor`]), "learner");
  assert.equal(roleOf([]), "learner");
  assert.equal(roleOf(["https://evil.example/#Instructor", "http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"]), "learner");
});

test("scores go to learners of the course alone", () => {
  assert.equal(isGraded([`${IN_COURSE}#Learner`]), true);
  assert.equal(isGraded(["Learner"]), true);
  assert.equal(isGraded([`${IN_COURSE}#Learner`, `${IN_COURSE}#Instructor`]), false);
  assert.equal(isGraded([`${IN_COURSE}#Mentor`]), false);
  assert.equal(isGraded([]), false);
});
